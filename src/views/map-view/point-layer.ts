import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibreMap } from 'maplibre-gl';
import { type BinRange, type MapPoints, mercatorPositions } from './map-points';
import { linkProgram, setProjection } from './webgl-program';

/** A layer of points that is drawn in one call, so that a hundred thousand of them move with the map. */
export interface PointLayer extends CustomLayerInterface {
  setPoints(points: MapPoints): void;
  /** Shows the points of some bins, without sending anything but these two numbers to the graphics card. */
  setRange(range: BinRange): void;
  /** The colour around points, which sets neighbours apart. */
  setOutline(outline: RimColor): void;
}

/** Red, green and blue, 0–1. */
export type RimColor = readonly [red: number, green: number, blue: number];

/** CSS pixels across the world at zoom 0, as MapLibre counts zooms, and more than any point is across. */
const WORLD_PIXELS = 512;
const LARGEST_POINT = 16;

const ATTRIBUTES = ['a_position', 'a_color', 'a_size', 'a_bin'] as const;
type Attribute = (typeof ATTRIBUTES)[number];

interface Program {
  program: WebGLProgram;
  uniform: (name: string) => WebGLUniformLocation | null;
  attributes: WebGLVertexArrayObject | null;
}

/** Makes the layer, empty. It draws itself anew whenever something is set. */
export function createPointLayer(id: string): PointLayer {
  let map: MapLibreMap | undefined;
  let context: WebGL2RenderingContext | undefined;
  let points: MapPoints | undefined;
  let range: BinRange = { first: 0, last: Infinity };
  let outline: RimColor = [1, 1, 1];
  const programs = new Map<string, Program>();
  const buffers = new Map<Attribute, WebGLBuffer>();

  function upload(): void {
    if (!context || !points) return;
    const data: Record<Attribute, Float32Array | Uint8Array> = {
      a_position: mercatorPositions(points),
      a_color: points.colors,
      a_size: points.sizes,
      a_bin: points.bins,
    };
    for (const name of ATTRIBUTES) {
      context.bindBuffer(context.ARRAY_BUFFER, buffers.get(name) ?? null);
      context.bufferData(context.ARRAY_BUFFER, data[name], context.STATIC_DRAW);
    }
  }

  function programFor(gl: WebGL2RenderingContext, { shaderData }: CustomRenderMethodInput): Program {
    const known = programs.get(shaderData.variantName);
    if (known) return known;
    const program = linkProgram(gl, vertexShader(shaderData.vertexShaderPrelude, shaderData.define), FRAGMENT_SHADER);
    const made = {
      program,
      uniform: (name: string) => gl.getUniformLocation(program, name),
      attributes: describeAttributes(gl, program, buffers),
    };
    programs.set(shaderData.variantName, made);
    return made;
  }

  return {
    id,
    type: 'custom',
    renderingMode: '2d',
    onAdd(added, gl) {
      [map, context] = [added, gl];
      for (const name of ATTRIBUTES) buffers.set(name, gl.createBuffer());
      upload();
    },
    onRemove(_, gl) {
      for (const { program, attributes } of programs.values()) {
        gl.deleteProgram(program);
        gl.deleteVertexArray(attributes);
      }
      for (const buffer of buffers.values()) gl.deleteBuffer(buffer);
      programs.clear();
      buffers.clear();
      [map, context] = [undefined, undefined];
    },
    render(gl, input) {
      if (!points || points.sizes.length === 0 || !(gl instanceof WebGL2RenderingContext)) return;
      const { program, uniform, attributes } = programFor(gl, input);
      gl.useProgram(program);
      setProjection(gl, uniform, input);
      gl.uniform2f(uniform('u_range'), range.first, Math.min(range.last, 1e9));
      gl.uniform1f(uniform('u_ratio'), map?.getPixelRatio() ?? 1);
      gl.uniform3f(uniform('u_outline'), ...outline);
      gl.bindVertexArray(attributes);
      const isGlobe = input.shaderData.define.includes('GLOBE');
      for (const shift of isGlobe || !map ? [0] : worldsSeen(map)) {
        gl.uniform1f(uniform('u_shift'), shift);
        gl.drawArrays(gl.POINTS, 0, points.sizes.length);
      }
      gl.bindVertexArray(null);
    },
    setPoints(next) {
      points = next;
      upload();
      map?.triggerRepaint();
    },
    setRange(next) {
      range = next;
      map?.triggerRepaint();
    },
    setOutline(next) {
      outline = next;
      map?.triggerRepaint();
    },
  };
}

/** A flat map repeats the world to both sides: those of which something may be seen. */
function worldsSeen(map: MapLibreMap): number[] {
  const bounds = map.getBounds();
  const margin = (LARGEST_POINT * 360) / (WORLD_PIXELS * 2 ** map.getZoom());
  const first = Math.floor((bounds.getWest() - margin + 180) / 360);
  const last = Math.floor((bounds.getEast() + margin + 180) / 360);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

function describeAttributes(
  gl: WebGL2RenderingContext,
  program: WebGLProgram,
  buffers: ReadonlyMap<Attribute, WebGLBuffer>,
): WebGLVertexArrayObject | null {
  const sizes: Record<Attribute, number> = { a_position: 2, a_color: 3, a_size: 1, a_bin: 1 };
  const array = gl.createVertexArray();
  gl.bindVertexArray(array);
  for (const name of ATTRIBUTES) {
    const location = gl.getAttribLocation(program, name);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffers.get(name) ?? null);
    gl.enableVertexAttribArray(location);
    const isColor = name === 'a_color';
    gl.vertexAttribPointer(location, sizes[name], isColor ? gl.UNSIGNED_BYTE : gl.FLOAT, isColor, 0, 0);
  }
  gl.bindVertexArray(null);
  return array;
}

function vertexShader(prelude: string, define: string): string {
  return `#version 300 es
${prelude}
${define}
in vec2 a_position;
in vec3 a_color;
in float a_size;
in float a_bin;
uniform vec2 u_range;
uniform float u_ratio;
uniform float u_shift;
out vec3 v_color;
out float v_radius;
void main() {
  bool hidden = a_size == 0.0 || a_bin < u_range.x || a_bin > u_range.y;
  gl_Position = hidden ? vec4(2.0, 2.0, 2.0, 1.0) : projectTile(a_position + vec2(u_shift, 0.0));
  gl_PointSize = a_size * u_ratio;
  v_color = a_color;
  v_radius = 0.5 * a_size * u_ratio;
}`;
}

const FRAGMENT_SHADER = `#version 300 es
precision highp float;
in vec3 v_color;
in float v_radius;
uniform vec3 u_outline;
uniform float u_ratio;
out vec4 color;
void main() {
  float away = length(gl_PointCoord - 0.5) * 2.0 * v_radius;
  float cover = clamp(v_radius - away, 0.0, 1.0);
  float rim = clamp(away - (v_radius - u_ratio), 0.0, 1.0);
  color = vec4(mix(v_color, u_outline, rim * 0.85), 1.0) * cover;
}`;

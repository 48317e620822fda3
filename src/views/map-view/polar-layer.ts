import type { CustomLayerInterface, CustomRenderMethodInput, Map as MapLibreMap } from 'maplibre-gl';
import type { LongitudeLatitude } from '../../stats/sphere';
import { channelsOf } from './color-scale';
import { mercatorPositions } from './map-points';
import { type PolarStep, polarTriangles } from './polar-shapes';
import { linkProgram, setProjection } from './webgl-program';

/** What a globe shows near its poles, where MapLibre's own layers have no tiles. A flat map shows nothing of it. */
export interface PolarLayer extends CustomLayerInterface {
  /** Areas, closed rings, each with its colour. */
  setAreas(areas: readonly { ring: readonly LongitudeLatitude[]; color: string }[]): void;
  setSteps(steps: readonly PolarStep[]): void;
  /** Colours of steps by their bin. */
  setStepColors(colors: readonly string[]): void;
  /** Shows steps up to a bin. */
  setLast(bin: number): void;
}

/** One corner of a triangle. A step of a track is a ribbon of two: its corners lie beside its ends. */
interface Corner {
  at: LongitudeLatitude;
  /** The other end of the step. */
  other: LongitudeLatitude;
  /** To which side of the way to the other end it lies; 0 for areas. */
  side: number;
  bin: number;
  color: string;
  opacity: number;
}

const AREA_OPACITY = 0.82;
const STEP_WIDTH = 2;
/** Floats of a corner: place, other end, side, bin, colour with opacity. */
const STRIDE = 10;
const PARTS = [
  ['a_position', 2],
  ['a_other', 2],
  ['a_side', 1],
  ['a_bin', 1],
  ['a_color', 4],
] as const;

/** Makes the layer, empty. */
export function createPolarLayer(id: string): PolarLayer {
  let map: MapLibreMap | undefined;
  let context: WebGL2RenderingContext | undefined;
  let areas: Corner[] = [];
  let steps: readonly PolarStep[] = [];
  let stepColors: readonly string[] = [];
  let last = Infinity;
  let count = 0;
  let buffer: WebGLBuffer | null = null;
  let drawing: { program: WebGLProgram; array: WebGLVertexArrayObject | null } | undefined;

  function upload(): void {
    const corners = [...areas, ...steps.flatMap((step) => ribbon(step, stepColors[step.bin] ?? '#888888'))];
    count = corners.length;
    if (!context) return;
    context.bindBuffer(context.ARRAY_BUFFER, buffer);
    context.bufferData(context.ARRAY_BUFFER, packed(corners), context.STATIC_DRAW);
    map?.triggerRepaint();
  }

  function prepare(gl: WebGL2RenderingContext, { shaderData }: CustomRenderMethodInput) {
    const program = linkProgram(gl, vertexShader(shaderData.vertexShaderPrelude, shaderData.define), FRAGMENT_SHADER);
    const array = gl.createVertexArray();
    gl.bindVertexArray(array);
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    let offset = 0;
    for (const [name, size] of PARTS) {
      const location = gl.getAttribLocation(program, name);
      gl.enableVertexAttribArray(location);
      gl.vertexAttribPointer(location, size, gl.FLOAT, false, 4 * STRIDE, 4 * offset);
      offset += size;
    }
    return { program, array };
  }

  return {
    id,
    type: 'custom',
    renderingMode: '2d',
    onAdd(added, gl) {
      [map, context] = [added, gl instanceof WebGL2RenderingContext ? gl : undefined];
      buffer = gl.createBuffer();
      upload();
    },
    onRemove(_, gl) {
      if (drawing) {
        gl.deleteProgram(drawing.program);
        context?.deleteVertexArray(drawing.array);
      }
      gl.deleteBuffer(buffer);
      [map, context, drawing] = [undefined, undefined, undefined];
    },
    render(gl, input) {
      const isGlobe = input.shaderData.define.includes('GLOBE');
      if (!isGlobe || count === 0 || !(gl instanceof WebGL2RenderingContext)) return;
      drawing ??= prepare(gl, input);
      const { program, array } = drawing;
      const uniform = (name: string) => gl.getUniformLocation(program, name);
      gl.useProgram(program);
      setProjection(gl, uniform, input);
      gl.uniform2f(uniform('u_size'), gl.drawingBufferWidth, gl.drawingBufferHeight);
      gl.uniform1f(uniform('u_width'), STEP_WIDTH * (map?.getPixelRatio() ?? 1));
      gl.uniform1f(uniform('u_last'), Math.min(last, 1e9));
      gl.bindVertexArray(array);
      gl.disable(gl.CULL_FACE);
      gl.drawArrays(gl.TRIANGLES, 0, count);
      gl.bindVertexArray(null);
    },
    setAreas(next) {
      areas = next.flatMap(({ ring, color }) =>
        polarTriangles(ring)
          .flat()
          .map((at) => ({ at, other: at, side: 0, bin: 0, color, opacity: AREA_OPACITY })),
      );
      upload();
    },
    setSteps(next) {
      steps = next;
      upload();
    },
    setStepColors(colors) {
      stepColors = colors;
      if (steps.length > 0) upload();
    },
    setLast(bin) {
      last = bin;
      map?.triggerRepaint();
    },
  };
}

/** Two triangles along a step. Seen from its other end, a corner's left is right. */
function ribbon({ from, to, bin }: PolarStep, color: string): Corner[] {
  const corner = (at: LongitudeLatitude, other: LongitudeLatitude, side: number): Corner => ({
    ...{ at, other, side, bin, color, opacity: 1 },
  });
  const [left, right] = [corner(from, to, 1), corner(from, to, -1)];
  const [farLeft, farRight] = [corner(to, from, -1), corner(to, from, 1)];
  return [left, right, farLeft, right, farLeft, farRight];
}

function packed(corners: readonly Corner[]): Float32Array {
  const placesOf = (key: 'at' | 'other') =>
    mercatorPositions({
      longitude: Float64Array.from(corners, (corner) => corner[key][0]),
      latitude: Float64Array.from(corners, (corner) => corner[key][1]),
    });
  const [places, others] = [placesOf('at'), placesOf('other')];
  const data = new Float32Array(STRIDE * corners.length);
  for (const [index, { side, bin, color, opacity }] of corners.entries()) {
    const channels = channelsOf(color).map((channel) => (opacity * channel) / 255);
    const pair = [2 * index, 2 * index + 2] as const;
    data.set([...places.slice(...pair), ...others.slice(...pair), side, bin, ...channels, opacity], STRIDE * index);
  }
  return data;
}

function vertexShader(prelude: string, define: string): string {
  return `#version 300 es
${prelude}
${define}
in vec2 a_position;
in vec2 a_other;
in float a_side;
in float a_bin;
in vec4 a_color;
uniform vec2 u_size;
uniform float u_width;
uniform float u_last;
out vec4 v_color;
void main() {
  vec4 place = projectTile(a_position);
  vec4 other = projectTile(a_other);
  vec2 way = (other.xy / other.w - place.xy / place.w) * u_size;
  if (a_side != 0.0 && length(way) > 0.0) {
    place.xy += normalize(vec2(-way.y, way.x)) * a_side * u_width / u_size * place.w;
  }
  gl_Position = a_bin > u_last ? vec4(2.0, 2.0, 2.0, 1.0) : place;
  v_color = a_color;
}`;
}

const FRAGMENT_SHADER = `#version 300 es
precision highp float;
in vec4 v_color;
out vec4 color;
void main() {
  color = v_color;
}`;

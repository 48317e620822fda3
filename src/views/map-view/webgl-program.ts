import type { CustomRenderMethodInput } from 'maplibre-gl';

/** Hands over what MapLibre's own `projectTile` needs, on the flat map as on the globe. */
export function setProjection(
  gl: WebGL2RenderingContext,
  uniform: (name: string) => WebGLUniformLocation | null,
  { defaultProjectionData: data }: CustomRenderMethodInput,
): void {
  gl.uniformMatrix4fv(uniform('u_projection_matrix'), false, data.mainMatrix);
  gl.uniformMatrix4fv(uniform('u_projection_fallback_matrix'), false, data.fallbackMatrix);
  gl.uniform4f(uniform('u_projection_tile_mercator_coords'), ...data.tileMercatorCoords);
  gl.uniform4f(uniform('u_projection_clipping_plane'), ...data.clippingPlane);
  gl.uniform1f(uniform('u_projection_transition'), data.projectionTransition);
}

/** Compiles and links two shaders. @throws Error with the log of the graphics driver */
export function linkProgram(gl: WebGL2RenderingContext, vertex: string, fragment: string): WebGLProgram {
  const program = gl.createProgram();
  for (const [type, source] of [
    [gl.VERTEX_SHADER, vertex],
    [gl.FRAGMENT_SHADER, fragment],
  ] as const) {
    const shader = gl.createShader(type);
    if (!shader) continue;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
    throw new Error(`The map's data cannot be drawn: ${gl.getProgramInfoLog(program) ?? 'unknown reason'}`);
  }
  return program;
}

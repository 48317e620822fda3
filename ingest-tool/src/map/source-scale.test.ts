import { describe, expect, it } from 'vitest';
import { ToolError } from '../tool-error';
import { parseMapping, presetMapping } from './mapping';
import { chained, unitScale } from './source-scale';

function columnOf(text: string) {
  const mapping = parseMapping(
    `columns: [{ name: time, from: t, role: time }, { name: id, from: d, role: device }, ${text}]`,
    'm',
  );
  const column = mapping.columns.at(-1);
  if (column === undefined) throw new Error('no column');
  return column;
}

describe('the unit of a message', () => {
  it('becomes that of the lake: knots to the same double as 1852 metres an hour', () => {
    const speed = presetMapping('OceanTelemetry')?.columns.find(({ name }) => name === 'current_speed');
    expect(speed && unitScale(speed)).toEqual({ scale: 1852 / 3600, offset: 0 });
  });

  it('comes after scale and offset', () => {
    const line = chained({ scale: 0.1, offset: -40 }, { scale: 5 / 9, offset: -160 / 9 });
    expect(1040 * line.scale + line.offset).toBeCloseTo((64 - 32) / 1.8, 12);
  });

  it.each([
    ['{ name: x, from: x, sourceUnit: degF }', 'columns.x.sourceUnit: nothing says what degF is to be converted to'],
    ['{ name: x, from: x, sourceUnit: degF, unit: m }', 'columns.x.sourceUnit: "degF" cannot be converted to "m"'],
    ['{ name: x, from: x, sourceUnit: knotts, unit: m s-1 }', 'columns.x.sourceUnit: "knotts" is not a known unit'],
  ])('is refused where it cannot become the lake’s: %s', (text, problem) => {
    const column = columnOf(text);
    expect(() => unitScale(column)).toThrow(ToolError);
    expect(() => unitScale(column)).toThrow(problem);
  });
});

import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { ToolError } from '../tool-error';
import { parseMapping, presetMapping } from './mapping';
import { draftMapping } from './mapping-advice';
import { protobufRecords } from '../decode/record-schema';
import { resolveColumns } from './mapped-column';

const mast = protobuf
  .parse(
    `syntax = "proto3"; enum State { OK = 0; ICED = 1; }
     message Mast { string sensor_id = 1; int64 ts = 2; Wind wind = 3; State state = 4; uint32 count = 5; bytes key = 6;
       optional double latitude = 7; double longitude = 8; repeated int32 raw = 9; bool ok = 10; }
     message Wind { float speed = 1; }`,
    { keepCase: true },
  )
  .root.resolveAll()
  .lookupType('Mast');

function problemOf(text: string): string {
  try {
    parseMapping(text, 'mapping.yaml');
  } catch (error) {
    if (error instanceof ToolError) return `${error.exitCode} ${error.message}`;
    throw error;
  }
  return 'none';
}

const KEYS = '{ name: time, from: ts, role: time }, { name: device_id, from: sensor_id, role: device }';

describe('a mapping', () => {
  it('takes the columns of its preset, replaces those of the same name and adds others', () => {
    const mapping = parseMapping(
      'preset: ocean-telemetry\ncolumns:\n  - { name: depth, from: depth_meters, role: depth, unit: dbar }\n  - { name: topic, from: topic }',
      'm',
    );
    expect(mapping.columns.map(({ name }) => name)).toEqual([
      'time',
      'device_id',
      'latitude',
      'longitude',
      'depth',
      'temperature',
      'salinity',
      'current_speed',
      'current_direction',
      'receive_time',
      'topic',
    ]);
    expect(mapping.columns[4]).toMatchObject({ unit: 'dbar' });
  });

  it('comes with the tool for OceanTelemetry, and for nothing else', () => {
    expect(presetMapping('ocean.v1.OceanTelemetry')?.columns).toHaveLength(10);
    expect(presetMapping('Mast')).toBeUndefined();
  });

  it.each([
    ['stations: [{ id: a, longitude: 200 }]', 'stations[0].longitude'],
    ['columns: [{ name: "a b", from: x }]', 'columns[0].name'],
    ['titel: x', 'titel'],
    ['preset: air', 'preset'],
    ['columns: []', 'role time'],
    [`columns: [${KEYS}, { name: time, from: x }]`, 'time is there twice'],
    [`columns: [${KEYS}, { name: t2, from: x, role: time }]`, 'both have the role time'],
    [`columns: [${KEYS}, { name: month, from: x }]`, 'uses this name for its folders'],
    [`columns: [${KEYS}, { name: lat, from: x, role: latitude, type: text }]`, 'has the type double'],
    [
      `columns: [${KEYS}]\nstations: [{ id: a, devices: [{ id: x }] }, { id: b, devices: [{ id: x }] }]`,
      'device x is there twice',
    ],
    ['a: [1', 'mapping.yaml'],
  ])('is refused with the place that is wrong: %s', (text, place) => {
    expect(problemOf(text)).toContain(place);
    expect(problemOf(text)).toMatch(/^2 /);
  });

  it('takes types from the schema where it names none', () => {
    const columns = parseMapping(
      `columns: [${KEYS}, { name: speed, from: wind.speed }, { name: state, from: state }, { name: count, from: count },
        { name: scaled, from: count, scale: 0.1 }, { name: key, from: key }, { name: ok, from: ok },
        { name: latitude, from: latitude, role: latitude }, { name: longitude, from: longitude, role: longitude },
        { name: place, from: "topic[1]" }, { name: received, from: receive_time }]`,
      'm',
    );
    const resolved = resolveColumns(columns, protobufRecords(mast));
    expect(Object.fromEntries(resolved.map(({ mapping, type }) => [mapping.name, type]))).toEqual({
      time: 'timestamp',
      device_id: 'text',
      speed: 'float',
      state: 'text',
      count: 'bigint',
      scaled: 'double',
      key: 'text',
      ok: 'boolean',
      latitude: 'double',
      longitude: 'double',
      place: 'text',
      received: 'timestamp',
    });
    const absent = Object.fromEntries(resolved.map(({ mapping, whenAbsent }) => [mapping.name, whenAbsent]));
    expect(absent).toMatchObject({ speed: 'null', latitude: 'null', longitude: 'zero' });
  });

  it.each([
    ['{ name: a, from: wind.gust }', 'no field wind.gust'],
    ['{ name: a, from: wind }', 'is a message'],
    ['{ name: a, from: raw }', 'repeated'],
    ['{ name: a, from: sensor_id, type: float }', 'is text'],
    ['{ name: a, from: count, whenAbsent: { zeroWhenPresent: nothing } }', 'no field nothing'],
  ])('is refused where it does not fit the message: %s', (column, problem) => {
    const mapping = parseMapping(`columns: [${KEYS}, ${column}]`, 'm');
    expect(() => resolveColumns(mapping, protobufRecords(mast))).toThrow(problem);
  });

  it('can be drafted from a schema, and the draft is a mapping of it', () => {
    const draft = parseMapping(draftMapping(mast), 'draft');
    expect(
      resolveColumns(draft, protobufRecords(mast)).map(({ mapping }) => `${mapping.role} ${mapping.from}`),
    ).toEqual(expect.arrayContaining(['time ts', 'device sensor_id', 'variable wind.speed', 'longitude longitude']));
  });
});

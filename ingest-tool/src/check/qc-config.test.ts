import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { qcConfig } from './qc-config';

const problemsOf = (config: unknown): string[] =>
  (qcConfig.safeParse(config).error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`);

describe('the configuration of checks', () => {
  it('takes the shape of a mapping file, open ends as null', () => {
    const config = qcConfig.parse({
      ruleSets: ['enviro-plus'],
      variables: {
        temperature: {
          grossRange: { fail: [-2.5, 40], suspect: [0, 30] },
          climatology: [{ period: 'month', time: [6, 8], suspect: [20, 32], depth: [0, 50] }],
          spike: { suspect: 2, fail: 6 },
          rateOfChange: { suspect: 0.002 },
          flatLine: { suspect: 3600, fail: 21600, tolerance: 0.001, interval: 1800 },
          attenuatedSignal: { suspect: 0.01, fail: 0.001, period: 43200 },
        },
        chlorophyll: { grossRange: { fail: [0, null] } },
      },
      densityInversion: { temperature: 'temperature', salinity: 'salinity', pressure: 'pressure', fail: -0.03 },
      position: { location: { maxStep: 20_000 }, speed: { fail: 3 } },
      time: { gap: {}, impossibleDate: { earliest: '1990-01-01' }, drift: {} },
    });
    expect(config.variables['chlorophyll']?.grossRange?.fail).toEqual([0, Infinity]);
    expect(config.variables['temperature']?.spike?.method).toBe('average');
    expect(config.time).toEqual({
      gap: { fail: 7200 },
      impossibleDate: { earliest: Date.UTC(1990, 0, 1) * 1000 },
      drift: { suspect: 300 },
    });
  });

  it('names the place of what is wrong', () => {
    expect(problemsOf({ variables: { t: { grossRange: { fail: [0, 5], suspect: [1, 6] } } } })).toEqual([
      'variables.t.grossRange.suspect: the suspect range must lie inside the fail range',
    ]);
    expect(problemsOf({ variables: { t: { grossRange: { fail: [5, 0] } } } })).toEqual([
      'variables.t.grossRange.fail: the first bound must not exceed the second',
    ]);
    expect(problemsOf({ variables: { t: { spike: {} } } })).toEqual([
      'variables.t.spike: give a suspect or a fail threshold',
    ]);
    expect(problemsOf({ variables: { t: { flatLine: { suspect: 60, fail: 30, tolerance: 0 } } } })).toEqual([
      'variables.t.flatLine.tolerance: a range is never below 0, so a tolerance of 0 would find nothing',
      'variables.t.flatLine.suspect: the suspect duration must not exceed the fail duration',
    ]);
    expect(problemsOf({ densityInversion: { temperature: 't', salinity: 's', pressure: 'p', fail: 0.03 } })[0]).toMatch(
      /^densityInversion.fail: .*below 0/,
    );
  });

  it('refuses what it does not know, rather than check less than was asked', () => {
    expect(problemsOf({ variables: { t: { grosRange: {} } } })[0]).toContain('grosRange');
    expect(problemsOf({ ruleSets: ['enviro'] })[0]).toContain('enviro-plus');
  });

  it('can be written as JSON Schema for editors', () => {
    expect(z.toJSONSchema(qcConfig, { io: 'input', unrepresentable: 'any' })).toHaveProperty('properties.variables');
  });
});

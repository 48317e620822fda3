import type { z } from 'zod';
import type { qcConfig, RuleSetName } from './qc-config';

/** A rule set is written as a mapping file would write it. */
type RuleSet = Pick<z.input<typeof qcConfig>, 'variables' | 'equalChannels'>;

interface RangeRule {
  grossRange: { fail: [number, number] };
}

/** What a MICS-6814 cannot report: a resistance below zero, or one so high that its heater's circuit is open; kΩ. */
const gasResistance: RangeRule = { grossRange: { fail: [0, 10_000] } };

/** µg m-3: the end of the range a PMS5003 is made for. */
const particulateMass: RangeRule = { grossRange: { fail: [0, 1000] } };

const RULE_SETS: Record<RuleSetName, RuleSet> = {
  /** Pimoroni Enviro+: BME280, MICS-6814, LTR-559 and PMS5003, in °C, %, hPa, kΩ, lux and µg m-3. */
  'enviro-plus': {
    variables: {
      temperature: { grossRange: { fail: [-40, 85] } },
      raw_temperature: { grossRange: { fail: [-40, 85] } },
      humidity: { grossRange: { fail: [0, 100] } },
      pressure: { grossRange: { fail: [300, 1100] } },
      oxidised: gasResistance,
      reducing: gasResistance,
      nh3: gasResistance,
      lux: { grossRange: { fail: [0, 64_000] } },
      proximity: { grossRange: { fail: [0, 2047] } },
      pm1: particulateMass,
      pm1_0: particulateMass,
      pm25: particulateMass,
      pm2_5: particulateMass,
      pm10: particulateMass,
    },
    equalChannels: [
      { variables: ['pm1', 'pm25', 'pm10'] },
      { variables: ['pm1', 'pm2_5', 'pm10'] },
      { variables: ['pm1_0', 'pm2_5', 'pm10'] },
    ],
  },
};

/** The rules of a set, for instruments whose limits are known from their makers. */
export function ruleSet(name: RuleSetName): RuleSet {
  return RULE_SETS[name];
}

import { z } from 'zod';
import { attenuatedSignalConfig } from './qartod/attenuated-signal';
import { climatologyConfig } from './qartod/climatology';
import { castDensityConfig } from './qartod/density-inversion';
import { equalChannelsConfig } from './qartod/equal-channels';
import { flatLineConfig } from './qartod/flat-line';
import { grossRangeConfig } from './qartod/gross-range';
import { impossibleDateConfig } from './qartod/impossible-date';
import { lateArrivalConfig } from './qartod/late-arrival';
import { locationConfig } from './qartod/location';
import { rateOfChangeConfig } from './qartod/rate-of-change';
import { speedConfig } from './qartod/speed';
import { spikeConfig } from './qartod/spike';
import { timeGapConfig } from './qartod/time-gap';
import { timestampDriftConfig } from './qartod/timestamp-drift';

const RULE_SET_NAMES = ['enviro-plus'] as const;

/** The tests of one variable, in its own unit. */
const variableChecks = z.strictObject({
  grossRange: grossRangeConfig.optional(),
  climatology: climatologyConfig.optional(),
  spike: spikeConfig.optional(),
  rateOfChange: rateOfChangeConfig.optional(),
  flatLine: flatLineConfig.optional(),
  attenuatedSignal: attenuatedSignalConfig.optional(),
  /** For the pressure of a cast. */
  pressureIncreasing: z.literal(true).optional(),
});

const positionChecks = z.strictObject({ location: locationConfig.optional(), speed: speedConfig.optional() });

const timeChecks = z.strictObject({
  gap: timeGapConfig.optional(),
  impossibleDate: impossibleDateConfig.optional(),
  duplicate: z.literal(true).optional(),
  drift: timestampDriftConfig.optional(),
  late: lateArrivalConfig.optional(),
});

/** The quality checks of a mapping file: which tests to run on which column, with which thresholds. */
export const qcConfig = z.strictObject({
  /** Ready-made checks for known instruments; what is configured here replaces theirs, test by test. */
  ruleSets: z.array(z.enum(RULE_SET_NAMES)).default([]),
  variables: z.record(z.string(), variableChecks).default({}),
  equalChannels: z.array(equalChannelsConfig).default([]),
  /** Flags the temperature and the salinity of a cast. */
  densityInversion: castDensityConfig.optional(),
  position: positionChecks.default({}),
  time: timeChecks.default({}),
});

export type RuleSetName = (typeof RULE_SET_NAMES)[number];
export type VariableChecks = z.infer<typeof variableChecks>;
export type QcConfig = z.infer<typeof qcConfig>;

import { isQartodFlag, QARTOD_FLAG, qartodFlagName, type QartodFlag } from '@tidelake/lake-format';
import { z } from 'zod';
import { instant } from '../instant';
import { calibrationConfig, calibrationName, type Calibration } from '../map/calibration';

const texts = z
  .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
  .transform((value) => (typeof value === 'string' ? [value] : value));

const FLAGS = new Map(Object.values(QARTOD_FLAG).map((flag) => [qartodFlagName(flag) ?? '', flag]));

const flag = z.union([z.number(), z.string()]).transform((value, context): QartodFlag => {
  const found = typeof value === 'string' ? FLAGS.get(value) : value;
  if (found !== undefined && isQartodFlag(found)) return found;
  context.addIssue(`a flag is 1, 2, 3, 4 or 9, or one of ${[...FLAGS.keys()].join(', ')}`);
  return z.NEVER;
});

const flagEntry = z
  .strictObject({
    /** Names with `*` and `?` for any letters and any one. */
    station: texts.optional(),
    device: texts.optional(),
    /** First instant it is about, and the first after it. */
    from: instant.optional(),
    until: instant.optional(),
    /** Least and greatest depth, both included. */
    depth: z.tuple([z.number(), z.number()]).optional(),
    /** Names of columns, or `*` for all measured values. */
    variable: texts,
    flag,
    reason: z.string().min(1),
    by: z.string().min(1),
  })
  .refine(({ station, device }) => station !== undefined || device !== undefined, {
    message: 'give station or device, or both; "*" stands for all of them',
  })
  .refine(({ from, until }) => from === undefined || until === undefined || from < until, {
    message: 'until must be after from',
  })
  .refine(({ depth }) => depth === undefined || depth[0] <= depth[1], {
    message: 'depth must be the lesser, then the greater one',
  })
  .transform(({ from, until, station, device, variable, ...about }): FlagRule => ({
    ...about,
    stations: station,
    devices: device,
    variables: variable,
    from: from ?? -Infinity,
    until: until ?? Infinity,
  }));

/** The form of an overlay file. */
export const overlayFile = z.strictObject({
  flags: z.array(flagEntry).default([]),
  calibrations: z.array(calibrationConfig).default([]),
});

/** A person's judgement of some rows. */
export interface FlagRule {
  /** Patterns of ids; any where undefined. */
  stations: string[] | undefined;
  devices: string[] | undefined;
  /** UTC microseconds, `until` excluded; infinite where open. */
  from: number;
  until: number;
  /** Metres, both included. */
  depth?: [number, number] | undefined;
  variables: string[];
  flag: QartodFlag;
  reason: string;
  by: string;
}

/** What people know better than the lake: later flags win over earlier ones. */
export interface Overlay {
  flags: FlagRule[];
  calibrations: Calibration[];
}

/** Rules that may concern a folder, each with its place in the overlay. */
export interface OverlayRules {
  flags: { entry: number; rule: FlagRule }[];
  calibrations: { entry: number; calibration: Calibration }[];
}

/** What an entry came to. Entries are numbered, flags first. */
export interface EntryCount {
  entry: number;
  /** Rows it is about, whether or not a later entry wins. */
  rows: number;
  /** Values that it gave another flag, or calibrated. */
  changed: number;
}

/** An entry in words: its place in the file and what it says. */
export function entryWords({ flags, calibrations }: Overlay): string[] {
  return [
    ...flags.map(({ flag: value, variables, stations, devices, reason, by }, index) => {
      const of = [...(stations ?? []), ...(devices ?? [])].join(', ');
      return `flags[${index}] ${qartodFlagName(value) ?? value} for ${variables.join(', ')} of ${of} (${reason}; ${by})`;
    }),
    ...calibrations.map(
      (calibration, index) =>
        `calibrations[${index}] ${calibrationName(calibration)} for ${calibration.variable} of ${calibration.device}`,
    ),
  ];
}

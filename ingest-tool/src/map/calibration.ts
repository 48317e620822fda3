import { z } from 'zod';
import { instant } from '../instant';
import { namePattern } from '../overlay/name-pattern';

/** One calibration as a mapping file gives it: a slope and an offset, or a polynomial's coefficients from the constant up. */
export const calibrationConfig = z
  .strictObject({
    /** Its id, or a pattern of ids: `*` stands for any text, `?` for one character. */
    device: z.string().min(1),
    /** Name of the column in the lake. */
    column: z.string().min(1),
    /** Certificate number or any other name; kept beside every value it was applied to. */
    id: z.string().min(1).optional(),
    slope: z.number().optional(),
    offset: z.number().optional(),
    polynomial: z.array(z.number()).min(1).optional(),
    /** First instant it holds for; since always, where it is left out. */
    validFrom: instant.optional(),
    /** First instant it holds for no longer; for ever, where it is left out. */
    validTo: instant.optional(),
  })
  .refine(
    ({ slope, offset, polynomial }) => (polynomial === undefined) !== (slope === undefined && offset === undefined),
    {
      message: 'give slope and offset, or polynomial',
    },
  )
  .transform(({ column, slope = 1, offset = 0, polynomial, validFrom, validTo, ...about }): Calibration => ({
    ...about,
    variable: column,
    coefficients: polynomial ?? [offset, slope],
    validFrom: validFrom ?? -Infinity,
    validTo: validTo ?? Infinity,
  }));

/** A polynomial from a raw to a calibrated value, and the time it holds for: from `validFrom` to before `validTo`. */
export interface Calibration {
  device: string;
  variable: string;
  id?: string | undefined;
  /** Of 1, x, x² … */
  coefficients: number[];
  /** UTC microseconds; infinite where open. */
  validFrom: number;
  validTo: number;
}

/** Calibrations that contradict each other; the message names them. */
export class CalibrationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CalibrationError';
  }
}

/** Finds the calibrations of a device's variable, in order of time: its own, or those of the first pattern it fits. */
export type CalibrationLookup = (device: string, variable: string) => readonly Calibration[];

/**
 * Makes calibrations ready to be looked up.
 * @throws CalibrationError where one ends before it begins, or two of one device and variable hold at the same time
 */
export function indexCalibrations(calibrations: Iterable<Calibration>): CalibrationLookup {
  const bySensor = new Map<string, Calibration[]>();
  for (const calibration of calibrations) {
    if (!(calibration.validFrom < calibration.validTo)) {
      throw new CalibrationError(`${describe(calibration)} ends before it begins`);
    }
    const key = sensorKey(calibration.device, calibration.variable);
    bySensor.set(key, [...(bySensor.get(key) ?? []), calibration]);
  }
  for (const own of bySensor.values()) {
    own.sort((one, other) => one.validFrom - other.validFrom);
    own.forEach((calibration, index) => {
      const next = own[index + 1];
      if (next !== undefined && next.validFrom < calibration.validTo) {
        throw new CalibrationError(
          `${describe(calibration)} and ${describe(next)} overlap: end the first where the second begins`,
        );
      }
    });
  }
  const patterns = [...bySensor.values()].flatMap((own) => {
    const [first] = own;
    return first !== undefined && /[*?]/.test(first.device)
      ? [{ ...first, own, fits: namePattern([first.device]) }]
      : [];
  });
  return (device, variable) =>
    bySensor.get(sensorKey(device, variable)) ??
    patterns.find((pattern) => pattern.variable === variable && pattern.fits(device))?.own ??
    [];
}

/**
 * Which of a sensor's calibrations holds at a time; -1 where none does.
 * @param time UTC microseconds
 */
export function calibrationAt(calibrations: readonly Calibration[], time: number): number {
  return calibrations.findIndex(({ validFrom, validTo }) => time >= validFrom && time < validTo);
}

/** What a calibration is called in the lake: its id, or else its column and the first instant it holds for. */
export function calibrationName({ id, variable, validFrom }: Calibration): string {
  return id ?? `${variable} since ${dateText(validFrom)}`;
}

/** A polynomial by Horner's rule; coefficients of 1, x, x² … */
export function polynomialAt(coefficients: readonly number[], x: number): number {
  return coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);
}

function sensorKey(device: string, variable: string): string {
  return JSON.stringify([device, variable]);
}

function describe({ device, variable, id, validFrom, validTo }: Calibration): string {
  const name = id === undefined ? '' : ` ${id}`;
  return `calibration${name} of ${device} ${variable} (${dateText(validFrom)} to ${dateText(validTo)})`;
}

function dateText(time: number): string {
  return Number.isFinite(time) ? new Date(time / 1000).toISOString() : time < 0 ? 'always' : 'ever';
}

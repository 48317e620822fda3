import { z } from 'zod';
import { type Calibration, CalibrationError } from './calibration';

/** The model writes null for what is not known. */
const known = <Value extends z.ZodType>(value: Value) => value.nullish().transform((given) => given ?? undefined);

const coefficients = { slope: known(z.number()), offset: known(z.number()), sensitivity: known(z.number()) };

const validity = { date_from: known(z.string()), date_to: known(z.string()) };

/** Nor are lists always there. */
const list = <Item extends z.ZodType>(item: Item) =>
  z
    .array(item)
    .nullish()
    .transform((items) => items ?? []);

const measurementPoint = z.object({
  name: z.string(),
  measurement_type_id: known(z.string()),
  logger_measurement_config: list(
    z.object({
      ...coefficients,
      ...validity,
      column_name: list(z.object({ column_name: z.string(), statistic_type_id: known(z.string()) })),
    }),
  ),
  sensor: list(
    z.object({
      ...validity,
      serial_number: known(z.string()),
      calibration: list(
        z.object({
          ...coefficients,
          measurement_type_id: known(z.string()),
          calibration_id: known(z.string()),
          date_of_calibration: known(z.string()),
        }),
      ),
    }),
  ),
});

const dataModel = z.object({
  measurement_location: list(
    z.object({
      name: z.string(),
      logger_main_config: list(z.object({ offset_from_utc_hrs: known(z.number()) })),
      measurement_point: list(measurementPoint),
    }),
  ),
});

type MeasurementPoint = z.infer<typeof measurementPoint>;
type LoggerConfig = MeasurementPoint['logger_measurement_config'][number];
type Sensor = MeasurementPoint['sensor'][number];
type Certificate = Sensor['calibration'][number];
type Period = Pick<Calibration, 'validFrom' | 'validTo'>;
type Line = { slope: number; offset: number };

/** Statistics that a calibration moves as it moves the values themselves; a deviation only scales. */
const LINEAR_STATISTICS = new Set(['avg', 'min', 'max', 'median', 'mode', 'gust']);
const SPREAD_STATISTICS = new Set(['sd', 'range']);

/**
 * Reads the calibrations of an IEA Wind Task 43 WRA data model (1.0–1.3). A logger records with the slope and offset it was
 * programmed with; where a sensor's certificate says otherwise, the recorded columns are taken back to the signal and out
 * again through the certificate. So a logger that was programmed with the certificate's own numbers changes nothing, and
 * points without both are not calibrated. Devices are named after measurement locations, variables after columns.
 * @param utcOffsetHours what to add to UTC for the times in the file, where its logger does not say
 * @throws CalibrationError where the text is no such model
 */
export function readIeaTask43(text: string, utcOffsetHours = 0): Calibration[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new CalibrationError(`the data model is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = dataModel.safeParse(value);
  if (!parsed.success) throw new CalibrationError(`not an IEA Task 43 data model:\n${z.prettifyError(parsed.error)}`);
  return parsed.data.measurement_location.flatMap((location) => {
    const hours = location.logger_main_config.find(({ offset_from_utc_hrs: own }) => own !== undefined);
    const offset = hours?.offset_from_utc_hrs ?? utcOffsetHours;
    return location.measurement_point.flatMap((point) => calibrationsOfPoint(location.name, point, offset));
  });
}

function calibrationsOfPoint(device: string, point: MeasurementPoint, utcOffset: number): Calibration[] {
  return point.logger_measurement_config.flatMap((logger) =>
    point.sensor.flatMap((sensor) =>
      certificatesOf(sensor, point, utcOffset).flatMap(({ certificate, period }) => {
        const common = intersection(periodOf(logger, utcOffset), period);
        const change = correction(logger, certificate);
        return common === undefined || change === undefined
          ? []
          : columnCalibrations(device, logger, change, common, nameOf(certificate, sensor));
      }),
    ),
  );
}

/** The certificates for what a point measures, each from its date to the next one's, while the sensor was mounted. */
function certificatesOf(
  sensor: Sensor,
  point: MeasurementPoint,
  utcOffset: number,
): { certificate: Certificate; period: Period }[] {
  const own = sensor.calibration
    .filter(({ measurement_type_id: type }) => type === undefined || type === point.measurement_type_id)
    .sort((one, other) => (one.date_of_calibration ?? '').localeCompare(other.date_of_calibration ?? ''));
  return own.flatMap((certificate, index) => {
    const period = intersection(periodOf(sensor, utcOffset), {
      validFrom: index === 0 ? -Infinity : instantOf(certificate.date_of_calibration, utcOffset, -Infinity),
      validTo: instantOf(own[index + 1]?.date_of_calibration, utcOffset, Infinity),
    });
    return period === undefined ? [] : [{ certificate, period }];
  });
}

/** From recorded to corrected values; undefined where a line is not known, or nothing changes. */
function correction(logger: LoggerConfig, certificate: Certificate): Line | undefined {
  const programmed = lineOf(logger);
  const certified = lineOf(certificate);
  if (programmed === undefined || certified === undefined || programmed.slope === 0) return undefined;
  if (programmed.slope === certified.slope && programmed.offset === certified.offset) return undefined;
  const slope = certified.slope / programmed.slope;
  return { slope, offset: certified.offset - slope * programmed.offset };
}

/** A sensitivity is the inverse of a slope, with no offset. */
function lineOf({ slope, offset, sensitivity }: LoggerConfig | Certificate): Line | undefined {
  if (slope !== undefined) return { slope, offset: offset ?? 0 };
  return sensitivity !== undefined && sensitivity !== 0 ? { slope: 1 / sensitivity, offset: 0 } : undefined;
}

function columnCalibrations(
  device: string,
  logger: LoggerConfig,
  { slope, offset }: Line,
  period: Period,
  id: string | undefined,
): Calibration[] {
  return logger.column_name.flatMap(({ column_name: variable, statistic_type_id: statistic }) => {
    const isLinear = LINEAR_STATISTICS.has(statistic ?? 'avg');
    if (!isLinear && !SPREAD_STATISTICS.has(statistic ?? 'avg')) return [];
    return [{ device, variable, id, coefficients: [isLinear ? offset : 0, slope], ...period }];
  });
}

function nameOf(certificate: Certificate, sensor: Sensor): string | undefined {
  if (certificate.calibration_id !== undefined) return certificate.calibration_id;
  const parts = [sensor.serial_number, certificate.date_of_calibration].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(' ');
}

function periodOf({ date_from, date_to }: LoggerConfig | Sensor, utcOffset: number): Period {
  return {
    validFrom: instantOf(date_from, utcOffset, -Infinity),
    validTo: instantOf(date_to, utcOffset, Infinity),
  };
}

function intersection(one: Period, other: Period): Period | undefined {
  const validFrom = Math.max(one.validFrom, other.validFrom);
  const validTo = Math.min(one.validTo, other.validTo);
  return validFrom < validTo ? { validFrom, validTo } : undefined;
}

/** UTC microseconds of a time by the logger's clock; one with a zone of its own keeps to it. */
function instantOf(text: string | undefined, utcOffset: number, open: number): number {
  if (text === undefined || text === '') return open;
  const hasZone = /T.*(Z|[+-]\d\d(:?\d\d)?)$/i.test(text);
  const time = Date.parse(hasZone || !text.includes('T') ? text : `${text}Z`);
  if (Number.isNaN(time)) throw new CalibrationError(`"${text}" is not a date in the data model`);
  return (time - (hasZone ? 0 : utcOffset * 3_600_000)) * 1000;
}

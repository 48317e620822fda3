import type { ColumnDescription, StationDescription } from '@tidelake/lake-format';
import { indexCalibrations, type Calibration } from '../map/calibration';
import { csvLine } from './csv-rows';
import { kindOf, type ExportPlan } from './export-plan';

const HEADER = [
  ...[
    'station',
    'sensor',
    'kind',
    'variable',
    'device_id',
    'model',
    'serial_number',
    'height_m',
    'depth_m',
    'orientation_deg',
  ],
  ...['unit', 'long_name', 'calibration_id', 'slope', 'offset', 'polynomial', 'valid_from', 'valid_to'],
];

/**
 * What a sensor is called in the tidy form: by its variable, and where a station has several devices, or the plan says so, by the
 * device as well.
 */
export function sensorName(
  { namesDevices }: Pick<ExportPlan, 'namesDevices'>,
  station: StationDescription,
  device: string,
  variable: string,
): string {
  return station.devices.length <= 1 && !namesDevices ? variable : `${device}:${variable}`;
}

/**
 * The table of sensors as CSV: a line for each sensor of each station, and for each calibration it has.
 * @param calibrations those that are known
 */
export function sensorsTable(plan: ExportPlan, calibrations: readonly Calibration[]): Buffer {
  const { stations, variables } = plan;
  const lookup = indexCalibrations(calibrations);
  const lines = stations.flatMap((station) => {
    const devices = station.devices.length === 0 ? [{ id: '' }] : station.devices;
    return devices.flatMap((device) =>
      variables.flatMap((variable) => {
        const sensor = sensorCells(plan, station, device, variable);
        const own = lookup(device.id, variable.name);
        return own.length === 0
          ? [[...sensor, '', '', '', '', '', '']]
          : own.map((each) => [...sensor, ...calibrationCells(each)]);
      }),
    );
  });
  return Buffer.from([HEADER, ...lines].map(csvLine).join(''));
}

function sensorCells(
  plan: ExportPlan,
  station: StationDescription,
  device: StationDescription['devices'][number],
  variable: ColumnDescription,
): string[] {
  return [
    ...[station.id, sensorName(plan, station, device.id, variable.name), kindOf(variable), variable.name, device.id],
    ...[
      device.model ?? '',
      device.serialNumber ?? '',
      number(placeIn(variable.name, /(?:^|_)(\d+(?:\.\d+)?)m(?:_|$)/)),
    ],
    ...[number(device.depth), number(placeIn(variable.name, /(?:^|_)(\d+(?:\.\d+)?)deg(?:_|$)/))],
    ...[variable.unit ?? '', variable.longName ?? ''],
  ];
}

function calibrationCells({ id, coefficients, validFrom, validTo }: Calibration): string[] {
  const [offset = 0, slope = 0] = coefficients;
  const isLine = coefficients.length <= 2;
  return [
    ...[id ?? '', isLine ? String(slope) : '', isLine ? String(offset) : '', isLine ? '' : coefficients.join(' ')],
    ...[validFrom, validTo].map((micros) => (Number.isFinite(micros) ? new Date(micros / 1000).toISOString() : '')),
  ];
}

/** Loggers of masts have height and orientation of a boom in the column's name: `wind_speed_80m_180deg_avg`. */
function placeIn(name: string, pattern: RegExp): number | undefined {
  const [, digits] = pattern.exec(name) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

function number(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}

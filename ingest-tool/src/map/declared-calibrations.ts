import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { z } from 'zod';
import { EXIT, explainSystemError, ToolError } from '../tool-error';
import { CalibrationError, indexCalibrations, type Calibration } from './calibration';
import { readIeaTask43 } from './iea-task43';

/** A data model of IEA Wind Task 43 beside the mapping file. */
export const ieaTask43Reference = z.strictObject({
  /** Path, from the folder of the mapping file. */
  file: z.string().min(1),
  /** The device that sends what the file's one location measures; else devices are called what locations are. */
  device: z.string().min(1).optional(),
  /** What the logger's clock is ahead of UTC, in hours, where the file does not say. */
  utcOffsetHours: z.number().min(-14).max(14).default(0),
});

interface CalibratedColumn {
  name: string;
  from: string;
  role: string;
}

interface Declared {
  calibrations: Calibration[];
  ieaTask43?: z.infer<typeof ieaTask43Reference> | undefined;
  columns: readonly CalibratedColumn[];
}

/**
 * All calibrations of a mapping, those of a data model included, by the lake's column names. A data model names the
 * logger's columns: they are found by a column's `from`, or by its name.
 * @param source the mapping file
 * @throws ToolError where a file cannot be read, a column is not there, or calibrations contradict each other
 */
export function declaredCalibrations({ calibrations, ieaTask43, columns }: Declared, source: string): Calibration[] {
  calibrations.forEach(({ variable }, index) => {
    const column = columns.find(({ name }) => name === variable);
    if (column?.role === 'variable') return;
    throw new ToolError(
      EXIT.usage,
      `The mapping ${source}: calibrations[${index}].column: ${column === undefined ? `there is no column ${variable}` : `${variable} has the role ${column.role}`}`,
      `Columns of measured values are ${names(columns)}.`,
    );
  });
  const all = [...calibrations];
  try {
    if (ieaTask43 !== undefined) all.push(...calibrationsOfModel(ieaTask43, columns, source));
    indexCalibrations(all);
  } catch (error) {
    if (!(error instanceof CalibrationError)) throw error;
    throw new ToolError(
      EXIT.usage,
      `The mapping ${source}: ${error.message}`,
      'docs/mapping.md tells how calibrations are declared.',
    );
  }
  return all;
}

function calibrationsOfModel(
  { file, device, utcOffsetHours }: z.infer<typeof ieaTask43Reference>,
  columns: readonly CalibratedColumn[],
  source: string,
): Calibration[] {
  const path = resolve(dirname(source), file);
  const model = readIeaTask43(textOf(path), utcOffsetHours);
  const locations = new Set(model.map(({ device: location }) => location));
  if (device !== undefined && locations.size > 1) {
    throw new CalibrationError(`ieaTask43.device: ${path} is about several locations: ${[...locations].join(', ')}`);
  }
  const own = model.flatMap((calibration) =>
    columns
      .filter(({ role, from, name }) => role === 'variable' && [from, name].includes(calibration.variable))
      .map(({ name }) => ({ ...calibration, device: device ?? calibration.device, variable: name })),
  );
  if (own.length > 0) return own;
  const offered = [...new Set(model.map(({ variable }) => variable))];
  throw new CalibrationError(
    `ieaTask43.file: ${path} corrects none of the columns ${names(columns)}; it corrects ${offered.join(', ') || 'nothing'}`,
  );
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw explainSystemError(error, 'read', path, EXIT.usage);
  }
}

function names(columns: readonly CalibratedColumn[]): string {
  return columns.flatMap(({ name, role }) => (role === 'variable' ? name : [])).join(', ');
}

import { readFile } from 'node:fs/promises';
import type { ColumnDescription } from '@tidelake/lake-format';
import { parse, YAMLParseError } from 'yaml';
import { z } from 'zod';
import { CalibrationError, calibrationName, indexCalibrations, type Calibration } from '../map/calibration';
import { CALIBRATION_SEPARATOR } from '../map/calibration-log';
import { EXIT, explainSystemError, ToolError } from '../tool-error';
import { overlayFile, type Overlay } from './overlay';

/**
 * The text of an overlay file.
 * @throws ToolError where it cannot be read
 */
export async function readOverlayText(path: string): Promise<string> {
  return await readFile(path, 'utf8').catch((error: unknown) => {
    throw explainSystemError(error, 'read', path, EXIT.usage);
  });
}

/**
 * Reads an overlay from YAML text.
 * @param source what to call the text in errors
 * @param described columns of the lake; none where it does not describe itself
 * @throws ToolError naming the place in the file that is wrong
 */
export function parseOverlay(text: string, source: string, described: readonly ColumnDescription[]): Overlay {
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    throw overlayError(source, error.message);
  }
  const parsed = overlayFile.safeParse(value ?? {});
  if (!parsed.success) throw overlayError(source, z.prettifyError(parsed.error));
  const problems = [...calibrationProblems(parsed.data.calibrations), ...columnProblems(parsed.data, described)];
  if (problems.length > 0) throw overlayError(source, problems.map((problem) => `✖ ${problem}`).join('\n'));
  return parsed.data;
}

function calibrationProblems(calibrations: readonly Calibration[]): string[] {
  const problems: string[] = [];
  const variables = new Map<string, string>();
  for (const calibration of calibrations) {
    const { device, variable } = calibration;
    const name = calibrationName(calibration);
    const key = JSON.stringify([device, name]);
    const known = variables.get(key) ?? variable;
    variables.set(key, known);
    if (name.includes(CALIBRATION_SEPARATOR.trim())) {
      problems.push(`calibrations: the id ${name} has a semicolon, which stands between ids in the lake`);
    }
    if (known !== variable) {
      problems.push(
        `calibrations: ${known} and ${variable} of ${device} have the same id ${name}; by it is known what was applied, so give each its own`,
      );
    }
  }
  try {
    indexCalibrations(calibrations);
  } catch (error) {
    if (!(error instanceof CalibrationError)) throw error;
    problems.push(error.message);
  }
  return problems;
}

function columnProblems({ flags, calibrations }: Overlay, described: readonly ColumnDescription[]): string[] {
  if (described.length === 0) return [];
  const measured = described.filter(({ role }) => role === 'variable');
  const offered = `columns of measured values are ${measured.map(({ name }) => name).join(', ')}`;
  const problems: string[] = [];
  flags.forEach(({ variables }, index) => {
    for (const name of variables) {
      const isKnown =
        name === '*' ||
        measured.some((column) => column.name === name) ||
        described.some((column) => column.role === 'flag' && column.name === `${name}_qc`);
      if (!isKnown) problems.push(`flags[${index}].variable: ${name} is none; ${offered}`);
    }
  });
  calibrations.forEach(({ variable }, index) => {
    const column = measured.find(({ name }) => name === variable);
    if (column === undefined) problems.push(`calibrations[${index}].column: ${variable} is none; ${offered}`);
    else if (column.type !== 'double' && column.type !== 'float') {
      problems.push(
        `calibrations[${index}].column: ${variable} is ${column.type} in the lake, which cannot be calibrated`,
      );
    }
  });
  return problems;
}

function overlayError(source: string, problem: string): ToolError {
  return new ToolError(
    EXIT.usage,
    `The overlay ${source} is wrong:\n${problem}`,
    'docs/compact.md describes every key.',
  );
}

import { parseUnit, UnitError } from '../../map/units';

/** Units as loggers spell them that UDUNITS does not know, in lower case without blanks. */
const SPELLINGS: Record<string, string> = {
  c: 'degC',
  degc: 'degC',
  degreec: 'degC',
  degreesc: 'degC',
  'degc,its-90': 'degC',
  'its-90,degc': 'degC',
  'deg c': 'degC',
  f: 'degF',
  degf: 'degF',
  volts: 'V',
  volt: 'V',
  'metres/second': 'm s-1',
  'meters/second': 'm s-1',
  'w/sqm': 'W m-2',
  db: 'dbar',
  ft: 'ft',
  degt: 'degree',
  deg: 'degree',
  percent: '%',
  psu: '1',
  millibar: 'mb',
};

/** The UDUNITS text of a unit as a logger spells it; undefined where it is none that is known. */
export function unitOf(spelling: string | undefined): string | undefined {
  const text = spelling?.trim() ?? '';
  if (text === '') return undefined;
  const known = SPELLINGS[text.toLowerCase().replaceAll(' ', '')];
  if (known !== undefined) return known;
  try {
    parseUnit(text);
    return text;
  } catch (error) {
    if (error instanceof UnitError) return undefined;
    throw error;
  }
}

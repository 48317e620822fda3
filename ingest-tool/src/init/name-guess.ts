import { unitOf } from '../inputs/table/unit-spelling';

/** What the end of a field's name says of its unit: UDUNITS text. The longest ending that fits counts. */
const UNITS: readonly [ending: RegExp, unit: string][] = [
  [/(deg_?c|celsius|temp_?c|_c|-c|°c)$/i, 'degC'],
  [/(deg_?f|fahrenheit|temp_?f|_f|-f|°f)$/i, 'degF'],
  [/(kelvin|_k)$/i, 'K'],
  [/m[sS]_?(per_?)?cm$/, 'mS cm-1'],
  [/(u|µ)[sS]_?(per_?)?cm$/, 'uS cm-1'],
  [/_?dbar$/i, 'dbar'],
  [/_?(hpa|mbar)$/i, 'hPa'],
  [/_?kpa$/i, 'kPa'],
  [/[_-]pa$/i, 'Pa'],
  [/(knots?|_kn|_kts?)$/i, 'knot'],
  [/(speed|wind|gust|velocity|current)[_-]ms$|[_-]m_s$|m_per_s$|ms-1$/i, 'm s-1'],
  [/([_-]mps|[a-z]Mps)$/, 'm s-1'],
  [/(km_?h|kph|kmh)$/i, 'km h-1'],
  [/[_-]mph$/i, 'mph'],
  [/[_-](metres?|meters?|m)$/i, 'm'],
  [/[_-]cm$/i, 'cm'],
  [/[_-]mm$/i, 'mm'],
  [/[_-]km$/i, 'km'],
  [/(percent|pct|[_-]perc|_rh|_%)$/i, 'percent'],
  [/[_-]ppm$/i, 'ppm'],
  [/[_-]ppb$/i, 'ppb'],
  [/(ug|µg)_?(per_?)?m3$/i, 'ug m-3'],
  [/mg_?(per_?)?m3$/i, 'mg m-3'],
  [/mg_?(per_?)?l$/i, 'mg L-1'],
  [/umol_?(per_?)?kg$/i, 'umol kg-1'],
  [/w_?(per_?)?m2$/i, 'W m-2'],
  [/(^|[_-])lux$/i, 'lux'],
  [/(_deg|degrees?|direction|bearing|heading)$/i, 'degree'],
  [/(volts?|voltage|_v|-v)$/i, 'V'],
  [/[_-]mv$/i, 'mV'],
  [/[_-](ma)$/i, 'mA'],
  [/(psu|salinity|_sal)$/i, '1'],
];

/** Endings of the above that only say the unit, and that a column's name can do without. */
const UNIT_ENDING =
  /[_-](deg_?)?(c|f|celsius|fahrenheit|kelvin|m[sS]_?(per_?)?cm|u[sS]_?(per_?)?cm|dbar|hpa|mbar|kpa|pa|knots?|kn|kts?|m_?s|mps|km_?h|kph|mph|metres?|meters?|m|cm|mm|km|percent|pct|ppm|ppb|ug_?m3|mg_?m3|mg_?l|umol_?kg|w_?m2|deg|degrees?|volts?|mv|ma)$/i;

/** Short forms that field names have, written out. */
const WORDS: Record<string, string> = {
  temp: 'temperature',
  cond: 'conductivity',
  pres: 'pressure',
  press: 'pressure',
  sal: 'salinity',
  hum: 'humidity',
  batt: 'battery',
  bat: 'battery',
  lat: 'latitude',
  lon: 'longitude',
  lng: 'longitude',
};

/** A unit in brackets behind a name, such as that of `Temp [°C]`. */
const BRACKETS = /(?<=.)\s*[[(]([^\d\])][^\])]*)[\])]\s*$/;

/** The unit that a field's name states or all but states; undefined where it says nothing. */
export function unitOfName(path: string): string | undefined {
  const bracketed = unitOf(BRACKETS.exec(path)?.[1]);
  if (bracketed !== undefined) return bracketed;
  return UNITS.find(([ending]) => ending.test(path))?.[1];
}

/** A column's name for a field: letters, digits and `_`, without its unit, short forms written out. */
export function columnNameOf(path: string): string {
  const last = path
    .replace(BRACKETS, '')
    .replace(/\[(\d+)\]/g, '_$1')
    .replace(/^(object|data|payload|values?|fields?|measurements?)\./i, '');
  const plain = last.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+|_+$/g, '');
  const bare = unitOfName(path) === undefined ? plain : plain.replace(UNIT_ENDING, '');
  const words = bare
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split('_')
    .map((word) => WORDS[word] ?? word)
    .join('_');
  return /^[a-z]/.test(words) ? words : `field_${words}`;
}

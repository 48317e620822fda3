import type { PayloadKind } from './payload-guess';

/** Words that topics have for quantities. */
const METRICS =
  /^(air|water|sea|soil|ambient|outdoor|indoor)?[_-]?(temp(erature)?|hum(idity)?|press(ure)?|co2|co|no2|nh3|o3|voc|lux|light|noise|pm\d.*|wind.*|rain.*|battery|voltage|current|power|energy|level|depth|salinity|conductivity|turbidity|ph|oxygen|speed|direction|moisture|uv|radiation|distance|flow|weight)/i;

/**
 * The pattern of a payload rule that fits topics with the same number of levels, with names for levels in which they differ. Where numbers are sent and the topic is the schema, it says
 * which level is the metric.
 */
export function topicShape(topics: readonly string[], kind: PayloadKind): string {
  if (topics.every((topic) => topic === '')) return '#';
  const split = topics.map((topic) => topic.split('/'));
  const width = Math.max(...split.map((levels) => levels.length));
  const values = Array.from({ length: width }, (_, level) => new Set(split.map((levels) => levels[level] ?? '')));
  const names = kind === 'number' ? numberNames(values) : messageNames(values);
  const pattern = values.map((own, level) => {
    const name = names.get(level);
    if (name !== undefined) return `{${name}}`;
    const [only = ''] = own;
    // A level that reads like a wildcard or a name cannot be written as itself.
    return own.size === 1 && !/[+#{}]/.test(only) ? only : '+';
  });
  return pattern.join('/');
}

/** Names for the levels of messages that hold several values: the one that differs most is the device, of equal ones the last. */
function messageNames(values: readonly ReadonlySet<string>[]): Map<number, string> {
  const varying = [...values.keys()].filter((level) => (values[level]?.size ?? 0) > 1);
  const device = varying.reduce<number | undefined>(
    (best, level) => (best === undefined || (values[level]?.size ?? 0) >= (values[best]?.size ?? 0) ? level : best),
    undefined,
  );
  if (device === undefined) return new Map();
  const others = varying.filter((level) => level !== device);
  return new Map([
    ...others.map((level, index) => [level, index === 0 ? 'site' : `level_${level}`] as const),
    [device, 'device'],
  ]);
}

/** Names for the levels of single numbers: the metric, the device before it, and the sensor behind it. */
function numberNames(values: readonly ReadonlySet<string>[]): Map<number, string> {
  const levels = [...values.keys()];
  const share = (level: number): number => {
    const own = [...(values[level] ?? [])];
    return own.filter((value) => METRICS.test(value)).length / Math.max(own.length, 1);
  };
  const last = levels.length - 1;
  const metric = levels.reduce((best, level) => (share(level) > share(best) ? level : best), last);
  const rest = levels.filter((level) => level !== metric);
  const before = rest.filter((level) => level < metric);
  const device = before.findLast((level) => (values[level]?.size ?? 0) > 1) ?? before.at(-1) ?? rest[0];
  const sensor = rest.find((level) => level !== device && level > metric);
  return new Map([
    [metric, 'metric'],
    ...(device === undefined ? [] : [[device, 'device'] as const]),
    ...(sensor === undefined ? [] : [[sensor, 'sensor'] as const]),
  ]);
}

import { DecodeError, type Reading } from './reading';

/** The parts of a topic that mean something. `+` in a pattern stands for one that does not. */
const PARTS = ['device', 'metric', 'sensor'] as const;

type TopicPart = (typeof PARTS)[number];

/** Reads a number that is a whole message, named by its topic; undefined for topics of another shape. */
export type TopicReader = (topic: string, payload: Uint8Array, receiveTime: number) => Reading | undefined;

/**
 * Makes a reader for brokers where the topic is the schema, such as `pico/temperature/dht22` with the payload `23.4`.
 * @param pattern levels of the topic: `{device}`, `{metric}`, `{sensor}`, `+` for anything, or a text that must be there
 * @throws DecodeError where the pattern is none
 */
export function topicReader(pattern: string): TopicReader {
  const levels = pattern.split('/').map(levelOf);
  const named = levels.flatMap(({ part }) => part ?? []);
  if (new Set(named).size < named.length) throw new DecodeError(`the topic pattern ${pattern} names a part twice`);
  if (!named.includes('metric')) throw new DecodeError(`the topic pattern ${pattern} does not say where {metric} is`);
  return (topic, payload, receiveTime) => {
    const parts = partsOf(topic.split('/'), levels);
    if (parts === undefined) return undefined;
    const { metric = '', sensor, device = topic } = parts;
    return { device, metric, sensor, time: receiveTime, ...readBareValue(payload) };
  };
}

/** A level with neither part nor text may be anything. */
interface Level {
  part?: TopicPart;
  text?: string;
}

function levelOf(text: string): Level {
  if (text === '+') return {};
  const [, name] = /^\{(\w*)\}$/.exec(text) ?? [];
  if (name === undefined) return { text };
  const part = PARTS.find((each) => each === name);
  if (part === undefined)
    throw new DecodeError(`a topic has no part {${name}}, only {device}, {metric}, {sensor} and +`);
  return { part };
}

function partsOf(topic: string[], levels: readonly Level[]): Partial<Record<TopicPart, string>> | undefined {
  if (topic.length !== levels.length) return undefined;
  const parts: Partial<Record<TopicPart, string>> = {};
  for (const [index, { part, text }] of levels.entries()) {
    const own = topic[index] ?? '';
    if (text !== undefined && own !== text) return undefined;
    if (part !== undefined) parts[part] = own;
  }
  return parts;
}

const BARE_NUMBER = /^(?!0[xob])([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)(?:\s*([^\d\s.,+-][^\s]*(?: [^\s]+)*))?$/i;

/**
 * Reads a payload that is one number, perhaps with its unit behind it (`23.4 °C`), or a truth value. What sensors print
 * when they fail (`nan`, `null`, `unavailable`, nothing) is null.
 * @throws DecodeError for any other text
 */
export function readBareValue(payload: Uint8Array): Pick<Reading, 'value' | 'unit'> {
  const text = new TextDecoder()
    .decode(payload)
    .replace(/^"(.*)"$/s, '$1')
    .trim();
  if (/^(|nan|null|none|unknown|unavailable|[+-]?inf(inity)?)$/i.test(text)) return { value: null };
  if (/^(true|on)$/i.test(text)) return { value: true };
  if (/^(false|off)$/i.test(text)) return { value: false };
  const [, number, unit] = BARE_NUMBER.exec(text) ?? [];
  if (number === undefined) throw new DecodeError(`"${text.slice(0, 40)}" is not a number`);
  return unit === undefined ? { value: Number(number) } : { value: Number(number), unit };
}

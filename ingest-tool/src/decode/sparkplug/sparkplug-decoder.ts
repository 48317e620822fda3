import { observationsOf, type FieldValue, type PayloadDecoder } from '../observation';
import { SparkplugSession, type SparkplugMessage, type SparkplugProblem } from './sparkplug-session';

/** What is wrong with a session rather than with a message: nothing in the message is unread for it. */
const SESSION_PROBLEMS: ReadonlySet<SparkplugProblem['reason']> = new Set([
  'sequence_gap',
  'sequence_repeat',
  'no_birth',
]);

const NOTES: Partial<Record<SparkplugProblem['reason'], string>> = {
  sequence_gap: 'messages of an edge node are missing before others (gaps in seq)',
  sequence_repeat: 'messages came again or late (seq goes back)',
  no_birth: 'messages are of nodes or devices whose birth is not in the captures',
};

/** Reads Sparkplug B messages in the order they were sent; metrics that nothing names are reported as problems. */
export function sparkplugDecoder(): PayloadDecoder {
  const session = new SparkplugSession();
  const noticed = new Map<string, { count: number; first: string }>();
  return {
    decode: ({ topic, payload, receiveTime }) => {
      const message = session.decode(topic, payload);
      if (message === undefined) {
        return { observations: [], problems: [], nothing: 'not a node or device message of Sparkplug B' };
      }
      const problems: string[] = [];
      for (const { reason, detail } of message.problems) {
        const note = SESSION_PROBLEMS.has(reason) ? NOTES[reason] : undefined;
        if (note === undefined) problems.push(detail);
        else {
          const known = noticed.get(note);
          if (known === undefined) noticed.set(note, { count: 1, first: detail });
          else known.count++;
        }
      }
      const observations = observationsOf(message.readings, receiveTime, ({ time }) => namesOf(message, time));
      return { observations, problems, nothing: nothingIn(message) };
    },
    notes: () => [...noticed].map(([note, { count, first }]) => `Sparkplug B: ${count} × ${note}, the first: ${first}`),
  };
}

function namesOf({ topic, readings }: SparkplugMessage, time: number): [string, FieldValue][] {
  const own = readings.filter((reading) => Object.is(reading.time, time));
  return [
    ['group', { value: topic.group }],
    ['edge_node', { value: topic.edgeNode }],
    ['is_historical', { value: own.some(({ isHistorical }) => isHistorical) }],
    ['is_transient', { value: own.some(({ isTransient }) => isTransient) }],
  ];
}

function nothingIn({ topic: { type }, readings }: SparkplugMessage): string | undefined {
  if (type.endsWith('CMD')) return 'a Sparkplug B command';
  if (type.endsWith('DEATH')) return 'a Sparkplug B death';
  return readings.length === 0 ? 'a Sparkplug B message without a reading' : undefined;
}

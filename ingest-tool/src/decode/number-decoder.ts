import { readBareValue } from './bare-value';
import { timeValue, type FieldValue, type PayloadDecoder } from './observation';
import { DecodeError } from './reading';
import type { TopicPattern } from './topic-pattern';

/**
 * Reads messages that are one number, where the topic is the schema, such as `pico/temperature/dht22` with the payload
 * `23.4`. The value is a field named by the topic's `{metric}`; where the topic has a `{sensor}` too, also one of both
 * names, `temperature/dht22`.
 * @param field what the value is called where the topic does not say
 */
export function numberDecoder(pattern: TopicPattern, field: string | undefined): PayloadDecoder {
  const metricLevel = pattern.captures.get('metric');
  const sensorLevel = pattern.captures.get('sensor');
  return {
    decode: ({ topic, payload, receiveTime }) => {
      const levels = topic.split('/');
      const metric = field ?? (metricLevel === undefined ? undefined : levels[metricLevel]);
      if (metric === undefined || metric === '') throw new DecodeError('the topic does not say what is measured');
      const value = readBareValue(payload);
      const fields = new Map<string, FieldValue>([
        ['time', timeValue(NaN, receiveTime)],
        [metric, value],
      ]);
      const sensor = sensorLevel === undefined ? undefined : levels[sensorLevel];
      if (sensor !== undefined) fields.set(`${metric}/${sensor}`, value);
      return { observations: [fields], problems: [] };
    },
    notes: () => [],
  };
}

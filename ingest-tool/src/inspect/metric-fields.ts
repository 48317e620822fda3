import type { TopicPattern } from '../decode/topic-pattern';
import { FieldSummary } from './field-summary';
import { NUMBER_FIELD } from './sample-decoder';
import type { TopicSummary } from './topic-group';

/**
 * What topics measure whose messages are one number each: fields as the decoder `number` names them. A metric that one device
 * has of several sensors, such as the temperatures of the air and of the chip, is a field for each of them, `temperature/dht22`.
 * @param pattern of the topics; one that names no `{metric}` leaves the numbers without a name
 */
export function metricFields(topics: readonly TopicSummary[], { captures }: TopicPattern): Map<string, FieldSummary> {
  const named = topics.map((summary) => {
    const levels = summary.topic.split('/');
    const at = (name: string): string | undefined => levels[captures.get(name) ?? -1];
    return { summary, device: at('device') ?? '', metric: at('metric'), sensor: at('sensor') };
  });
  const sensors = new Map<string, Set<string | undefined>>();
  const ofSeveral = new Set<string | undefined>();
  for (const { device, metric, sensor } of named) {
    const key = JSON.stringify([device, metric]);
    const own = (sensors.get(key) ?? new Set()).add(sensor);
    sensors.set(key, own);
    if (own.size > 1) ofSeveral.add(metric);
  }
  const fields = new Map<string, FieldSummary>();
  for (const { summary, metric, sensor } of named) {
    for (const [path, values] of summary.fields) {
      const isMetric = path === NUMBER_FIELD && metric !== undefined;
      const name = isMetric ? (ofSeveral.has(metric) ? `${metric}/${sensor ?? ''}` : metric) : path;
      const united = fields.get(name) ?? new FieldSummary();
      united.merge(values);
      fields.set(name, united);
    }
  }
  return fields;
}

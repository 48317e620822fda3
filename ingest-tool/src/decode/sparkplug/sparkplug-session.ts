import { DecodeError, type Reading } from '../reading';
import { readSparkplugPayload, type SparkplugMetric, type SparkplugPayload } from './sparkplug-payload';
import { parseSparkplugTopic, type SparkplugTopic } from './sparkplug-topic';
import { sparkplugValue } from './sparkplug-value';

/** Something a message shows to be wrong; its other readings are good. */
export interface SparkplugProblem {
  reason:
    | 'unknown_alias' // no birth has named it
    | 'unnamed_metric' // neither name nor alias
    | 'unsupported_value' // an array, a set, a file
    | 'sequence_gap' // messages of this node are missing
    | 'sequence_repeat' // a message came twice, or late
    | 'no_birth'; // data of a node or device that has not been born, or has died
  detail: string;
}

/** A reading, with what Sparkplug says of how it came. */
export interface SparkplugReading extends Reading {
  /** Kept back while there was no connection; not the current state. */
  isHistorical: boolean;
  /** Not meant to be kept. */
  isTransient: boolean;
}

export interface SparkplugMessage {
  topic: SparkplugTopic;
  readings: SparkplugReading[];
  problems: SparkplugProblem[];
}

interface MetricDefinition {
  name: string;
  datatype: number | undefined;
  unit: string | undefined;
}

/** What is known of one edge node from its messages so far. */
interface EdgeNode {
  /** Aliases are unique in a node, its devices included. */
  aliases: Map<bigint, MetricDefinition>;
  /** Datatypes by metric name and device, for data sent by name. */
  metrics: Map<string, MetricDefinition>;
  /** Devices alive, and the node itself as the empty name. */
  alive: Set<string>;
  sequence: number | undefined;
  /** Tells a node's sessions apart: its death counts only for the birth of the same number. */
  birthDeathSequence: bigint | undefined;
}

/** Where births state units as metrics of their own rather than as properties of the metric: a text such as `degC`. */
const UNIT_METRIC = /^Properties\/Units\/(.+)$/;

/** Names that Sparkplug keeps for itself: they command or count, and observe nothing. */
const RESERVED = /^(bdSeq$|Node Control\/|Device Control\/)/;

/**
 * Follows the messages of Sparkplug B edge nodes, in the order they were published: births say what aliases and types
 * mean, data refers to them. Payloads from the middle of a session still give what they name themselves.
 */
export class SparkplugSession {
  readonly #nodes = new Map<string, EdgeNode>();

  /**
   * Decodes one message.
   * @returns undefined for a topic that is not of a Sparkplug B node or device
   * @throws DecodeError where the payload is not a Sparkplug B payload
   */
  decode(topicText: string, bytes: Uint8Array): SparkplugMessage | undefined {
    const topic = parseSparkplugTopic(topicText);
    if (topic === undefined) return undefined;
    const message: SparkplugMessage = { topic, readings: [], problems: [] };
    if (topic.type === 'NCMD' || topic.type === 'DCMD') return message;
    const payload = readSparkplugPayload(bytes);
    if (payload.uuid === 'SPBV1.0_COMPRESSED') {
      throw new DecodeError('the payload is compressed, which is not supported: have the edge node send it plain');
    }
    const node = this.#nodeOf(topic);
    if (topic.type === 'NDEATH') {
      if (birthDeathOf(payload) === node.birthDeathSequence) node.alive.clear();
      return message;
    }
    if (topic.type === 'NBIRTH') resetNode(node, payload);
    followSequence(node, payload, message);
    if (topic.type === 'DDEATH') node.alive.delete(topic.device ?? '');
    else if (topic.type.endsWith('BIRTH')) bear(node, topic, payload.metrics);
    else if (!node.alive.has(topic.device ?? '')) {
      message.problems.push({ reason: 'no_birth', detail: `${topic.type} of ${deviceOf(topic)} without its birth` });
    }
    for (const metric of payload.metrics) addReadings(message, node, metric, payload, '');
    return message;
  }

  #nodeOf({ group, edgeNode }: SparkplugTopic): EdgeNode {
    const key = JSON.stringify([group, edgeNode]);
    const known = this.#nodes.get(key);
    if (known !== undefined) return known;
    const node: EdgeNode = {
      aliases: new Map(),
      metrics: new Map(),
      alive: new Set(),
      sequence: undefined,
      birthDeathSequence: undefined,
    };
    this.#nodes.set(key, node);
    return node;
  }
}

function resetNode(node: EdgeNode, payload: SparkplugPayload): void {
  node.aliases.clear();
  node.metrics.clear();
  node.alive.clear();
  node.sequence = undefined;
  node.birthDeathSequence = birthDeathOf(payload);
}

function birthDeathOf({ metrics }: SparkplugPayload): bigint | undefined {
  const value = metrics.find(({ name }) => name === 'bdSeq')?.value;
  if (value?.kind === 'long') return value.value;
  return value?.kind === 'integer' ? BigInt(value.value) : undefined;
}

function followSequence(node: EdgeNode, { sequence }: SparkplugPayload, { topic, problems }: SparkplugMessage): void {
  if (sequence === undefined) return;
  const current = Number(sequence);
  const expected = node.sequence === undefined ? current : (node.sequence + 1) % 256;
  // Half the circle ahead is a gap, the other half behind is a message that came before.
  const ahead = (current - expected + 256) % 256;
  const name = `${topic.group}/${topic.edgeNode}`;
  if (ahead >= 128) {
    problems.push({ reason: 'sequence_repeat', detail: `${name}: ${current} again, after ${node.sequence}` });
    return;
  }
  if (ahead > 0) {
    problems.push({ reason: 'sequence_gap', detail: `${name}: ${ahead} missing before ${current}` });
  }
  node.sequence = current;
}

function bear(node: EdgeNode, topic: SparkplugTopic, metrics: readonly SparkplugMetric[]): void {
  node.alive.add(topic.device ?? '');
  for (const { name, alias, datatype, properties } of metrics) {
    if (name === undefined) continue;
    const definition = { name, datatype, unit: properties.get('engUnit') ?? properties.get('Engineering Units') };
    if (alias !== undefined) node.aliases.set(alias, definition);
    node.metrics.set(metricKey(topic, name), definition);
  }
  for (const { name, value } of metrics) {
    const [, measured] = UNIT_METRIC.exec(name ?? '') ?? [];
    const definition = measured === undefined ? undefined : node.metrics.get(metricKey(topic, measured));
    if (definition !== undefined && value?.kind === 'text') definition.unit ??= value.value;
  }
}

function addReadings(
  message: SparkplugMessage,
  node: EdgeNode,
  metric: SparkplugMetric,
  payload: SparkplugPayload,
  prefix: string,
): void {
  const definition = definitionOf(message, node, metric);
  if (definition === undefined || RESERVED.test(definition.name) || UNIT_METRIC.test(definition.name)) return;
  const name = prefix + definition.name;
  const { value } = metric;
  if (value?.kind === 'template' && !metric.isNull) {
    if (value.isDefinition) return;
    for (const member of value.metrics) addReadings(message, node, member, payload, `${name}/`);
    return;
  }
  const plain = metric.isNull || value === undefined ? null : sparkplugValue(value, definition.datatype);
  if (plain === undefined) {
    message.problems.push({ reason: 'unsupported_value', detail: `${name} is not a single value (${value?.kind})` });
    return;
  }
  const milliseconds = metric.timestamp ?? payload.timestamp;
  message.readings.push({
    device: deviceOf(message.topic),
    metric: name,
    value: plain,
    unit: definition.unit,
    time: milliseconds === undefined ? NaN : Number(milliseconds) * 1000,
    isHistorical: metric.isHistorical,
    isTransient: metric.isTransient,
  });
}

function definitionOf(
  { topic, problems }: SparkplugMessage,
  node: EdgeNode,
  { name, alias, datatype, properties }: SparkplugMetric,
): MetricDefinition | undefined {
  if (name !== undefined) {
    const known = node.metrics.get(metricKey(topic, name));
    return { name, datatype: datatype ?? known?.datatype, unit: properties.get('engUnit') ?? known?.unit };
  }
  if (alias === undefined) {
    problems.push({ reason: 'unnamed_metric', detail: `${deviceOf(topic)}: a metric with neither name nor alias` });
    return undefined;
  }
  const known = node.aliases.get(alias);
  if (known === undefined) {
    problems.push({ reason: 'unknown_alias', detail: `${deviceOf(topic)}: no birth has named alias ${alias}` });
    return undefined;
  }
  return { ...known, datatype: datatype ?? known.datatype };
}

function metricKey({ device }: SparkplugTopic, name: string): string {
  return JSON.stringify([device, name]);
}

function deviceOf({ device, edgeNode }: SparkplugTopic): string {
  return device ?? edgeNode;
}

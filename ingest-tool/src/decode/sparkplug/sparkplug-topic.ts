/** Message types of Sparkplug B about edge nodes (N…) and the devices behind them (D…). */
const MESSAGE_TYPES = ['NBIRTH', 'NDEATH', 'NDATA', 'NCMD', 'DBIRTH', 'DDEATH', 'DDATA', 'DCMD'] as const;

export type SparkplugType = (typeof MESSAGE_TYPES)[number];

/** `spBv1.0/<group>/<type>/<edge node>[/<device>]`, taken apart. */
export interface SparkplugTopic {
  group: string;
  type: SparkplugType;
  edgeNode: string;
  device?: string | undefined;
}

/** Reads a topic; undefined where it is not one of a Sparkplug B node or device (host `STATE` topics are not either). */
export function parseSparkplugTopic(topic: string): SparkplugTopic | undefined {
  const [namespace, group, typeName, edgeNode, device, ...rest] = topic.split('/');
  const type = MESSAGE_TYPES.find((known) => known === typeName);
  if (namespace !== 'spBv1.0' || !group || type === undefined || !edgeNode || rest.length > 0) return undefined;
  if (type.startsWith('D') !== Boolean(device)) return undefined;
  return { group, type, edgeNode, device };
}

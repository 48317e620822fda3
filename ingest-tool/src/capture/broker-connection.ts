import { connect as connectPlain, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { MqttClient, Store, type IClientOptions, type Packet } from 'mqtt';
import { EXIT, ToolError } from '../tool-error';
import { formatBrokerAddress, type BrokerAddress } from './broker-address';
import { refusalOf, refusalOfCode } from './broker-refusal';
import { DurableGate } from './durable-gate';
import type { ReceivedMessage } from './message-line';

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;

/** Messages of a broker with MQTT 5 that may be under way to us without an answer. */
const RECEIVE_MAXIMUM = 1024;

/** How long a broker keeps what comes while no worker is there, if it agrees. */
const SESSION_EXPIRY_SECONDS = 7 * 86_400;

const GOODBYE_MS = 3000;

export interface BrokerSettings {
  address: BrokerAddress;
  topics: string[];
  /** Workers of one group share the messages; alone where undefined. */
  group: string | undefined;
  qos: 0 | 1 | 2;
  clientId: string;
  /** 5, or 4 for MQTT 3.1.1. */
  version: 4 | 5;
  username: string | undefined;
  password: string | undefined;
  /** PEM texts. */
  tls: { ca: string | undefined; cert: string | undefined; key: string | undefined };
}

export interface BrokerHandlers {
  /** Takes a message in; it need not be safe when this returns. */
  onMessage: (message: ReceivedMessage) => void;
  /** Waits until all messages taken in so far are safe. Nothing is acknowledged before. */
  synced: () => Promise<void>;
  /** What happens to the connection, in words. */
  onChange: (what: string) => void;
  /** The connection cannot be had. */
  onRefusal: (error: ToolError) => void;
}

export interface BrokerConnection {
  connected(): boolean;
  /** How often it was lost and found again. */
  reconnects(): number;
  /** Says goodbye; the broker keeps the session and what comes from now on. */
  close(): Promise<void>;
}

/** Topics as they are subscribed to: shared with the group where there is one. */
export function filtersOf(topics: readonly string[], group: string | undefined): string[] {
  return topics.map((topic) => (group === undefined ? topic : `$share/${group}/${topic}`));
}

/** Connects, subscribes, and stays connected until it is closed. */
export function connectBroker(settings: BrokerSettings, handlers: BrokerHandlers): BrokerConnection {
  const broker = formatBrokerAddress(settings.address);
  let reconnects = -1;
  let isClosing = false;
  const accept = (packet: Packet): void => {
    if (packet.cmd !== 'publish') return;
    const { topic, payload, qos, retain } = packet;
    handlers.onMessage({ topic, payload: typeof payload === 'string' ? Buffer.from(payload) : payload, qos, retain });
  };
  const client = new MqttClient(
    () => new DurableGate(socketTo(settings), handlers.synced),
    optionsOf(settings, accept),
  );
  client.handleMessage = (packet, done) => {
    // One of QoS 2 was taken in when it came; this is its release.
    if (packet.qos !== 2) accept(packet);
    done();
  };
  const refuse = (error: ToolError | undefined): boolean => {
    if (error !== undefined && !isClosing) handlers.onRefusal(error);
    return error !== undefined;
  };
  client.on('connect', () => {
    reconnects++;
    client.options.reconnectPeriod = FIRST_RETRY_MS;
    handlers.onChange(`Connected to ${broker} as ${settings.clientId}`);
    // At every connection: a broker may have lost the session, and subscribing twice changes nothing.
    for (const filter of filtersOf(settings.topics, settings.group)) {
      client
        .subscribeAsync(filter, { qos: settings.qos, ...(settings.version === 5 ? { rh: 1, rap: true } : {}) })
        .catch((error: unknown) => {
          if (!client.connected || isClosing) return;
          handlers.onRefusal(subscriptionRefused(broker, filter, error));
        });
    }
  });
  client.on('reconnect', () => {
    client.options.reconnectPeriod = Math.min(LAST_RETRY_MS, 2 * (client.options.reconnectPeriod ?? FIRST_RETRY_MS));
  });
  client.on('disconnect', ({ reasonCode }) => refuse(refusalOfCode(reasonCode ?? 0, broker)));
  client.on('error', (error) => {
    if (isClosing || refuse(refusalOf(error, broker))) return;
    handlers.onChange(`No connection to ${broker}: ${error.message}; trying again`);
  });
  client.on('offline', () => {
    if (!isClosing) handlers.onChange(`The connection to ${broker} is gone; trying again`);
  });
  return {
    connected: () => client.connected,
    reconnects: () => Math.max(0, reconnects),
    close: async () => {
      isClosing = true;
      let timer: NodeJS.Timeout | undefined;
      const patience = new Promise<void>((resolve) => (timer = setTimeout(resolve, GOODBYE_MS)));
      await Promise.race([client.endAsync(!client.connected), patience]);
      clearTimeout(timer);
      client.stream.destroy();
    },
  };
}

/** Hands messages of QoS 2 on when they come: a broker counts them as delivered with the first answer, not with the last. */
class AcceptedStore extends Store {
  readonly #accept: (packet: Packet) => void;

  constructor(accept: (packet: Packet) => void) {
    super();
    this.#accept = accept;
  }

  override put(packet: Packet, done: (error?: Error) => void): this {
    this.#accept(packet);
    return super.put(packet, done);
  }
}

function socketTo({ address: { host, port, tls }, tls: { ca, cert, key } }: BrokerSettings): Socket {
  if (!tls) return connectPlain({ host, port, noDelay: true });
  const socket = connectTls({ host, port, ca, cert, key, ...(isIP(host) === 0 ? { servername: host } : {}) });
  return socket.setNoDelay(true);
}

function optionsOf(settings: BrokerSettings, accept: (packet: Packet) => void): IClientOptions {
  return {
    clientId: settings.clientId,
    protocolVersion: settings.version,
    protocolId: 'MQTT',
    // The broker keeps the session, so that what comes while a worker is away waits for the next one.
    clean: false,
    ...(settings.version === 5
      ? { properties: { sessionExpiryInterval: SESSION_EXPIRY_SECONDS, receiveMaximum: RECEIVE_MAXIMUM } }
      : {}),
    ...(settings.username === undefined ? {} : { username: settings.username }),
    ...(settings.password === undefined ? {} : { password: settings.password }),
    keepalive: 60,
    resubscribe: false,
    reconnectPeriod: FIRST_RETRY_MS,
    reconnectOnConnackError: true,
    incomingStore: new AcceptedStore(accept),
    // The client's own log would name the password.
    log: () => undefined,
  };
}

function subscriptionRefused(broker: string, filter: string, error: unknown): ToolError {
  return new ToolError(
    EXIT.input,
    `${broker} refuses the subscription to ${filter}: ${error instanceof Error ? error.message : String(error)}`,
    'Look at the topic, at the rights of the user, and whether the broker has shared subscriptions.',
    { cause: error },
  );
}

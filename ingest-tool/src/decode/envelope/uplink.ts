/** One LoRaWAN message from a device, as its network server passed it on. */
export interface Uplink {
  /** DevEUI, 16 upper-case hexadecimal digits. */
  deviceEui: string;
  /** The name the device has at the network server. */
  deviceName?: string | undefined;
  /** When it was received, UTC microseconds; NaN where the network server does not say. */
  time: number;
  frameCounter?: number | undefined;
  port?: number | undefined;
  payload: Uint8Array;
  /** What the network server's own codec made of the payload. */
  decoded?: unknown;
  radio: {
    /** Hertz. */
    frequency?: number | undefined;
    spreadingFactor?: number | undefined;
    /** dBm and dB, at the gateway that heard it best. */
    rssi?: number | undefined;
    snr?: number | undefined;
  };
}

/** The reception with the strongest signal. */
export function strongest<Reception extends { rssi?: number | undefined }>(
  receptions: readonly Reception[],
): Reception | undefined {
  return receptions.reduce<Reception | undefined>(
    (best, each) => (best === undefined || (each.rssi ?? -Infinity) > (best.rssi ?? -Infinity) ? each : best),
    undefined,
  );
}

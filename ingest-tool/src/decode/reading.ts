/** A value as messages carry it; null where the message says that there is none. */
export type ReadingValue = number | bigint | string | boolean | null;

/** One quantity, without saying of what or when. */
export interface Measurement {
  /** What is measured, such as `temperature`. */
  metric: string;
  value: ReadingValue;
  /** UDUNITS string, where the message or its schema says. */
  unit?: string | undefined;
}

/** One value a device reported. */
export interface Reading extends Measurement {
  device: string;
  /** Which of the device's sensors, where it has several for the metric. */
  sensor?: string | undefined;
  /** UTC microseconds; NaN where the message does not say, and the time of receipt is the next best. */
  time: number;
}

/** A message that is not what its topic or envelope promises; the detail is for the quarantine. */
export class DecodeError extends Error {
  constructor(detail: string, options?: ErrorOptions) {
    super(detail, options);
    this.name = 'DecodeError';
  }
}

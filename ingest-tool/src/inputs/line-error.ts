import type { RejectReason } from './message-batch';

/** Why one line could not be read; the next line still can. */
export class LineError extends Error {
  readonly reason: RejectReason;
  readonly topic: string | null;
  /** UTC microseconds, where the line says. */
  readonly receiveTime: number | null;

  constructor(reason: RejectReason, detail: string, topic: string | null = null, receiveTime: number | null = null) {
    super(detail);
    this.name = 'LineError';
    this.reason = reason;
    this.topic = topic;
    this.receiveTime = receiveTime;
  }
}

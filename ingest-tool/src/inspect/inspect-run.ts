import type protobuf from 'protobufjs';
import { StringDictionary } from '../decode/string-dictionary';
import { Capture } from '../inputs/capture';
import type { CaptureFormat } from '../inputs/capture-format';
import type { CaptureFile } from '../inputs/input-files';
import { EXIT, ToolError } from '../tool-error';
import { Inspection } from './inspection';
import { inspectTable } from './inspect-table';
import { groupsFound, type CaptureFound, type InspectReport } from './inspect-report';

export interface InspectSettings {
  captures: readonly CaptureFile[];
  /** How messages lie in the captures; told from the content where undefined. */
  format: CaptureFormat | undefined;
  /** Of protobuf messages, where it is known. */
  type: protobuf.Type | undefined;
  signal: AbortSignal;
  onProgress: (bytes: number, totalBytes: number) => void;
}

/** Reads captures to see what is in them. A capture that cannot be read is told, and the others are read. */
export async function inspectCaptures(settings: InspectSettings): Promise<InspectReport> {
  const topics = new StringDictionary();
  const inspection = new Inspection(topics, settings.type);
  const totalBytes = settings.captures.reduce((sum, { size }) => sum + size, 0);
  const captures: CaptureFound[] = [];
  let bytesBefore = 0;
  for (const { path, size } of settings.captures) {
    const capture = new Capture(path, settings.format, topics);
    const found = nothingFound(path, size);
    try {
      for await (const batch of capture.batches()) {
        settings.signal.throwIfAborted();
        inspection.add(batch);
        found.messages += batch.count;
        for (const { reason } of batch.rejects) found.unread[reason] = (found.unread[reason] ?? 0) + 1;
        settings.onProgress(bytesBefore + capture.bytesRead, totalBytes);
      }
    } catch (error) {
      if (!(error instanceof ToolError) || error.exitCode !== EXIT.input) throw error;
      await lookForTable({ path, size }, found, error, settings.signal);
    }
    found.format ??= formatName(capture.format);
    found.notes.push(...capture.notes);
    captures.push(found);
    bytesBefore += size;
  }
  return {
    captures,
    messages: inspection.messages,
    firstReceived: isoOrNull(inspection.firstReceived),
    lastReceived: isoOrNull(inspection.lastReceived),
    groups: groupsFound(inspection.topics),
    unlisted: inspection.unlisted,
    notes: inspection.notes(),
  };
}

function nothingFound(path: string, bytes: number): CaptureFound {
  return { path, bytes, format: null, messages: 0, unread: {}, table: null, notes: [], problem: null };
}

/** Says what is in a capture that holds no messages: a table, or why it cannot be read. */
async function lookForTable(
  file: CaptureFile,
  found: CaptureFound,
  why: ToolError,
  signal: AbortSignal,
): Promise<void> {
  try {
    const inspected = await inspectTable(file, signal);
    if (inspected === undefined) found.problem = inWords(why);
    else {
      found.format = 'table';
      found.table = inspected.table;
      found.unread = inspected.unread;
      found.notes = inspected.notes;
    }
  } catch (error) {
    if (!(error instanceof ToolError) || error.exitCode !== EXIT.input) throw error;
    found.problem = inWords(error);
  }
}

function inWords({ message, advice }: ToolError): string {
  return `${message}. ${advice}`;
}

function formatName(format: CaptureFormat | undefined): string | null {
  return typeof format === 'object' ? `lines of ${format.pattern}` : (format ?? null);
}

function isoOrNull(micros: number): string | null {
  return Number.isNaN(micros) ? null : new Date(Math.floor(micros / 1000)).toISOString();
}

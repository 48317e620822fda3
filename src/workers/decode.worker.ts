import initParquet from 'parquet-wasm/esm';
import parquetWasmUrl from 'parquet-wasm/esm/parquet_wasm_bg.wasm?url';
import { LakeError } from '../lake/lake-error';
import type { DecoderReply, DecoderRequest } from './decoder-protocol';
import { damagedFile } from './damaged-file';
import { decodeColumns, readColumns } from './decoder';
import { createRehearsal, SAMPLE_COLUMNS } from './decoder-rehearsal';
import sampleUrl from './rehearsal.parquet?url';

const ready = initParquet({ module_or_path: parquetWasmUrl });
let sample: Promise<Uint8Array> | undefined;
const rehearsal = createRehearsal(async () => {
  sample ??= fetch(sampleUrl).then(async (response) => new Uint8Array(await response.arrayBuffer()));
  const bytes = await sample;
  await decodeColumns({
    ...{ name: 'rehearsal.parquet', columns: SAMPLE_COLUMNS },
    ...{ size: bytes.byteLength, parts: [{ start: 0, bytes }] },
  });
});
// Whoever asks for something hears why it cannot be decoded.
ready.then(
  () => rehearsal.resume(),
  () => undefined,
);

self.addEventListener('message', (event: MessageEvent<DecoderRequest[]>) => {
  rehearsal.pause();
  void answerAll(event.data).finally(() => rehearsal.resume());
});

async function answerAll(requests: DecoderRequest[]): Promise<void> {
  const replies: DecoderReply[] = [];
  for (const request of requests) replies.push(await answer(request));
  const decoded = replies.flatMap((reply) => (reply.kind === 'decoded' ? reply.rows : []));
  self.postMessage(replies, { transfer: decoded.flatMap(({ ipc }) => (ipc ? [ipc.buffer] : [])) });
}

async function answer(request: DecoderRequest): Promise<DecoderReply> {
  try {
    await ready;
    if (request.kind === 'columns') {
      return { kind: 'columns', columns: await readColumns(request.tail, request.size, request.name) };
    }
    const started = performance.now();
    const rows = await decodeColumns(request);
    return { kind: 'decoded', rows, elapsed: performance.now() - started };
  } catch (error) {
    return { kind: 'failed', error: (error instanceof LakeError ? error : damagedFile(request.name, error)).toData() };
  }
}

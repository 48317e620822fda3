import initParquet from 'parquet-wasm/esm';
import parquetWasmUrl from 'parquet-wasm/esm/parquet_wasm_bg.wasm?url';
import { LakeError } from '../lake/lake-error';
import type { DecoderReply, DecoderRequest } from './decode-client';
import { damagedFile } from './damaged-file';
import { decodeColumns, readColumns } from './decoder';

const ready = initParquet({ module_or_path: parquetWasmUrl });

self.addEventListener('message', (event: MessageEvent<DecoderRequest>) => {
  void answer(event.data);
});

async function answer(request: DecoderRequest): Promise<void> {
  try {
    await ready;
    if (request.kind === 'columns') {
      reply({ kind: 'columns', columns: await readColumns(request.tail, request.size, request.name) });
      return;
    }
    const started = performance.now();
    const rows = await decodeColumns(request);
    const buffers = rows.flatMap(({ ipc }) => (ipc ? [ipc.buffer] : []));
    reply({ kind: 'decoded', rows, elapsed: performance.now() - started }, buffers);
  } catch (error) {
    reply({ kind: 'failed', error: (error instanceof LakeError ? error : damagedFile(request.name, error)).toData() });
  }
}

function reply(message: DecoderReply, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

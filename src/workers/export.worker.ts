import { expose, transfer } from 'comlink';
import initParquet from 'parquet-wasm/esm';
import parquetWasmUrl from 'parquet-wasm/esm/parquet_wasm_bg.wasm?url';
import { writeExport } from '../export/write-export';
import type { ExportSession } from './export-session';

const session: ExportSession = {
  async write(options, next, take) {
    if (options.format === 'parquet') await initParquet({ module_or_path: parquetWasmUrl });
    async function* batches() {
      for (let batch = await next(); batch !== undefined; batch = await next()) yield batch;
    }
    for await (const chunk of writeExport(batches(), options)) {
      // A chunk may be a part of a larger buffer, or of WebAssembly's memory, which cannot be handed over.
      const bytes = chunk.slice();
      await take(transfer(bytes, [bytes.buffer]));
    }
  },
};

expose(session);

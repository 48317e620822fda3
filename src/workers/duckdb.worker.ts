/**
 * DuckDB-WASM's own worker script, over a module that comes compiled. Left to itself it passes the file through a stream of its own
 * to count the bytes, and browsers keep compiled code only of a response as it came.
 *
 * It is told the script's address and then sent the module; it says when DuckDB can be asked.
 */
const script = await nextMessage<string>();
const compiled = nextMessage<WebAssembly.Module>();

Object.assign(WebAssembly, { instantiateStreaming: instantiateCompiled });
// The module is all that the script would fetch.
Object.assign(self, { fetch: () => Promise.resolve(new Response()) });
await import(/* @vite-ignore */ script);
await compiled;
self.postMessage('ready');

function nextMessage<Data>(): Promise<Data> {
  return new Promise((resolve) => {
    self.addEventListener(
      'message',
      (event: MessageEvent<Data>) => {
        // The script takes every message for its own.
        event.stopImmediatePropagation();
        resolve(event.data);
      },
      { once: true },
    );
  });
}

async function instantiateCompiled(
  _response: unknown,
  imports: WebAssembly.Imports,
): Promise<WebAssembly.WebAssemblyInstantiatedSource> {
  const module = await compiled;
  return { module, instance: await WebAssembly.instantiate(module, imports) };
}

export {};

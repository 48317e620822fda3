import { connectSession } from '../../../src/workers/client';
import { createScriptingApi } from '../../../src/workers/scripting';

/** A page without a face: the client and the scripting API, for tests of the engine. */
const client = connectSession();

declare global {
  interface Window {
    client: typeof client;
    api: ReturnType<typeof createScriptingApi>;
  }
}

window.client = client;
window.api = createScriptingApi(client);

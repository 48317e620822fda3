import { z } from 'zod';

// In Node.js zod compiles its checks to functions. A page's policy forbids that, and trying is a violation of it already.
z.config({ jitless: !('process' in globalThis) });

export { z };

import { expose } from 'comlink';
import { createSourceOpener } from '../sources/open-source';
import { openOpfsPack } from '../sources/opfs-pack';
import { startDecoder } from './decode-client';
import { createSession } from './session';
import { startEngine } from './start-engine';

expose(
  createSession({
    locate: createSourceOpener(self.location.href),
    startEngine,
    startDecoder,
    openPack: openOpfsPack,
  }),
);

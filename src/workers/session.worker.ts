import { expose } from 'comlink';
import { locateLake } from '../sources/locate';
import { createS3Store } from '../sources/s3-store';
import { startDecoder } from './decode-client';
import { createSession } from './session';
import { startEngine } from './start-engine';

expose(
  createSession({
    locate: (url) => createS3Store(locateLake(url, self.location.href)),
    startEngine,
    startDecoder,
  }),
);

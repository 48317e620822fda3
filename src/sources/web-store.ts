import { createHttpReader, type RefusedAnswer } from './http-reader';
import { encodeKey } from './key-url';
import type { WebLocation } from './locate';
import type { ObjectStore } from './object-store';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from './retry';
import { cannotListError, responseError } from './s3-errors';

/**
 * Reads a lake from a web server that answers GET and nothing else. What it holds must be told by the lake itself:
 * listing it fails as `not-a-lake`, with words on how to tell.
 */
export function createWebStore({ url }: WebLocation, retryPolicy: RetryPolicy = DEFAULT_RETRY_POLICY): ObjectStore {
  const refuse = ({ purpose, status, url: asked }: RefusedAnswer) =>
    responseError({ purpose, status, url: asked, signed: false });
  const reader = createHttpReader({ retryPolicy, signed: false, refuse });
  return {
    url,
    list: () => Promise.reject(cannotListError(url)),
    get(key, signal, range) {
      const target = () => Promise.resolve(url + encodeKey(key));
      return range ? reader.range(target, range, signal) : reader.whole(target, signal);
    },
  };
}

import { isAboutLake } from './about-lake';
import type { ObjectStore } from './object-store';

/**
 * A lake whose description is kept in another place than its data, as one store: what is below `_tidelake/` comes from
 * the description's root, everything else from the data's.
 */
export function joinStores(description: ObjectStore, data: ObjectStore): ObjectStore {
  const storeOf = (key: string) => (isAboutLake(key) ? description : data);
  return {
    url: description.url,
    list: (request, signal) => storeOf(request.prefix).list(request, signal),
    get: (key, signal, range) => storeOf(key).get(key, signal, range),
  };
}

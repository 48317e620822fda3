import { ABOUT_FOLDER } from '@tidelake/lake-format';

/**
 * Whether an object is about the lake: its description or its manifest. They are read whole each time a lake is opened and
 * listed nowhere, so no other cache than the browser's can know whether they have changed.
 */
export function isAboutLake(key: string): boolean {
  return key.startsWith(`${ABOUT_FOLDER}/`);
}

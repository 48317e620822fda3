import type { ParameterValue } from '../workers/query-parameters';
import type { LakeView } from './lake-view';

/** A filter of the page as SQL may name it. */
export interface PageParameter {
  name: string;
  about: string;
  /** Undefined where the page has no such filter now. */
  value: ParameterValue | undefined;
}

/** What `$from`, `$to`, `$stations`, `$devices` and `$bbox` stand for: the choices that the page shows. */
export function pageParameters(view: LakeView | undefined): PageParameter[] {
  const box = view?.selection.box;
  const ids = (chosen: readonly string[] | undefined, column: string | undefined) =>
    column !== undefined && view?.roles.numberIds?.includes(column) ? chosen?.map(wholeNumber) : chosen?.slice();
  const places = (view?.stations ?? []).filter(({ id }) => view?.chosenStations.includes(id));
  return [
    { name: 'from', about: 'Begin of the window, UTC', value: view && new Date(view.selection.from) },
    { name: 'to', about: 'End of the window, UTC; itself excluded', value: view && new Date(view.selection.to) },
    {
      name: 'stations',
      about: 'Chosen stations, a list: station IN $stations',
      value: ids(view?.chosenStations, view?.roles.station),
    },
    {
      name: 'devices',
      about: 'Chosen devices, a list: device_id IN $devices',
      value: ids(view?.chosenDevices, view?.roles.device),
    },
    {
      name: 'bbox',
      about: 'West, south, east, north of the chosen box or stations, degrees: longitude BETWEEN $bbox[1] AND $bbox[3]',
      value: box ? [box.west, box.south, box.east, box.north] : boundsOf(places),
    },
  ];
}

/** An id of a column of whole numbers; as its digits where a number of the page could not hold it exactly. */
function wholeNumber(id: string): number | string {
  const value = Number(id);
  return Number.isSafeInteger(value) ? value : id;
}

function boundsOf(places: readonly { latitude?: number | undefined; longitude?: number | undefined }[]) {
  const latitudes = places.flatMap(({ latitude }) => latitude ?? []);
  const longitudes = places.flatMap(({ longitude }) => longitude ?? []);
  if (latitudes.length === 0 || longitudes.length === 0) return undefined;
  return [Math.min(...longitudes), Math.min(...latitudes), Math.max(...longitudes), Math.max(...latitudes)];
}

/** The values of those parameters that SQL names, as a query takes them; undefined where it names none. */
export function valuesFor(
  names: readonly string[],
  parameters: readonly PageParameter[],
): Record<string, ParameterValue> | undefined {
  const used = parameters.flatMap(({ name, value }): [string, ParameterValue][] =>
    value !== undefined && names.includes(name) ? [[name, value]] : [],
  );
  return used.length === 0 ? undefined : Object.fromEntries(used);
}

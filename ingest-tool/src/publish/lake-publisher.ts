import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DEFAULT_PARTITIONING,
  DESCRIPTION_PATH,
  formatLakeDescription,
  isDataPath,
  LAKE_FORMAT_VERSION,
  parseLakeDescription,
  type ColumnDescription,
  type LakeDescription,
  type StationDescription,
} from '@tidelake/lake-format';
import { deviceFacts } from '../map/device-pattern';
import type { Mapping } from '../map/mapping';
import { EXIT, explainSystemError, ToolError } from '../tool-error';
import { putDurably, readIfThere } from '../write/durable-file';
import { byId, unitedStation } from './station-observations';

/**
 * What a lake says of itself; undefined where it says nothing yet.
 * @throws ToolError where its lake.json cannot be read
 */
export async function readDescription(root: string): Promise<LakeDescription | undefined> {
  const path = join(root, DESCRIPTION_PATH);
  const bytes = await readIfThere(path);
  if (bytes === undefined) return undefined;
  try {
    return parseLakeDescription(Buffer.from(bytes).toString('utf8'));
  } catch (error) {
    throw new ToolError(
      EXIT.usage,
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      'If it was written by a newer tidelake, use that one. If it is damaged, move it away: ingesting writes it anew.',
      { cause: error },
    );
  }
}

/**
 * Makes sure that rows with these columns may be added to a lake.
 * @throws ToolError where the lake has one of them as another type, is partitioned otherwise, or only describes data that
 *   are elsewhere
 */
export function checkCompatible(root: string, lake: LakeDescription, columns: readonly ColumnDescription[]): void {
  const layout = (keys: LakeDescription['partitioning']): string => keys.map(({ name }) => name).join('/');
  if (layout(lake.partitioning) !== layout(DEFAULT_PARTITIONING)) {
    throw new ToolError(
      EXIT.usage,
      `The lake at ${root} is partitioned by ${layout(lake.partitioning)}`,
      `Only ${layout(DEFAULT_PARTITIONING)} is written. Choose another folder.`,
    );
  }
  if (lake.dataRoot !== undefined) {
    throw new ToolError(
      EXIT.usage,
      `${root} only describes a lake whose data are at ${lake.dataRoot}`,
      'Choose another folder: rows written here would not be found there.',
    );
  }
  for (const { name, type } of columns) {
    const there = lake.columns.find((column) => column.name === name);
    if (there === undefined || there.type === type) continue;
    throw new ToolError(
      EXIT.usage,
      `The lake at ${root} has the column ${name} as ${there.type}, the mapping makes it ${type}`,
      `Set type: ${there.type} for it in the mapping, or write to another lake.`,
    );
  }
}

/**
 * Writes `lake.json`, as the last thing of a run: columns and stations united with those it had, totals counted anew.
 * Nothing is written where it would stay the same.
 */
export async function publishDescription(
  root: string,
  temporaryFolder: string,
  mapping: Mapping,
  columns: readonly ColumnDescription[],
  observed: readonly StationDescription[],
): Promise<LakeDescription> {
  const before = await readDescription(root);
  const extra = before?.columns.filter(({ name }) => !columns.some((column) => column.name === name)) ?? [];
  const title = mapping.title ?? before?.title;
  const license = mapping.license ?? before?.license;
  const attribution = mapping.attribution ?? before?.attribution;
  const description: LakeDescription = {
    format: 'tidelake',
    version: LAKE_FORMAT_VERSION,
    ...(title === undefined ? {} : { title }),
    ...(license === undefined ? {} : { license }),
    ...(attribution === undefined ? {} : { attribution }),
    partitioning: DEFAULT_PARTITIONING,
    ...(before?.partitionTime === undefined ? {} : { partitionTime: before.partitionTime }),
    ...(before?.manifest === undefined ? {} : { manifest: before.manifest }),
    columns: [...columns, ...extra],
    stations: stationsOf(before?.stations ?? [], observed, mapping),
    totals: await countDataFiles(root),
  };
  await putDescription(root, temporaryFolder, description);
  return description;
}

/** Counts the files of a lake that describes itself anew. */
export async function publishTotals(root: string, temporaryFolder: string): Promise<void> {
  const before = await readDescription(root);
  if (before === undefined) return;
  await putDescription(root, temporaryFolder, { ...before, totals: await countDataFiles(root) });
}

async function putDescription(root: string, temporaryFolder: string, description: LakeDescription): Promise<void> {
  const text = Buffer.from(formatLakeDescription(description));
  const path = join(root, DESCRIPTION_PATH);
  const old = await readIfThere(path);
  if (old === undefined || !text.equals(old)) await putDurably(path, text, join(temporaryFolder, 'lake.json'));
}

/** Known and observed stations together; what the mapping says of one it lists stands above what was observed. */
function stationsOf(
  before: readonly StationDescription[],
  observed: readonly StationDescription[],
  { stations: listed, devices: patterns }: Pick<Mapping, 'stations' | 'devices'>,
): StationDescription[] {
  const stations = new Map(before.map((station) => [station.id, station]));
  const factsOf = deviceFacts(patterns);
  for (const found of observed) {
    const station = {
      ...found,
      devices: found.devices.map((device) => ({ ...device, ...stated(factsOf(device.id)) })),
    };
    const known = stations.get(station.id);
    stations.set(
      station.id,
      known === undefined ? { ...station, devices: [...station.devices].sort(byId) } : unitedStation(known, station),
    );
  }
  for (const { id, name, latitude, longitude, devices } of listed) {
    const station = stations.get(id);
    // A station that has no rows in the lake yet would be a dead end on the map.
    if (station === undefined) continue;
    stations.set(id, {
      ...station,
      ...(name === undefined ? {} : { name }),
      ...(latitude === undefined || longitude === undefined ? {} : { latitude, longitude }),
      devices: station.devices.map((device) => ({ ...device, ...stated(devices.find((own) => own.id === device.id)) })),
    });
  }
  return [...stations.values()].map(ordered).sort(byId);
}

function stated(
  device: Partial<StationDescription['devices'][number]> | undefined,
): Partial<StationDescription['devices'][number]> {
  return Object.fromEntries(Object.entries(device ?? {}).filter(([, value]) => value !== undefined));
}

/** One order of keys whatever they came from, so that the same facts give the same bytes. */
function ordered({
  id,
  name,
  latitude,
  longitude,
  firstTime,
  lastTime,
  devices,
}: StationDescription): StationDescription {
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(latitude === undefined ? {} : { latitude }),
    ...(longitude === undefined ? {} : { longitude }),
    ...(firstTime === undefined ? {} : { firstTime }),
    ...(lastTime === undefined ? {} : { lastTime }),
    devices: devices.map(({ id: device, depth, model, serialNumber, firmware }) => ({
      id: device,
      ...(depth === undefined ? {} : { depth }),
      ...(model === undefined ? {} : { model }),
      ...(serialNumber === undefined ? {} : { serialNumber }),
      ...(firmware === undefined ? {} : { firmware }),
    })),
  };
}

/** Counts the data files below a lake's root, and their bytes. */
async function countDataFiles(root: string): Promise<{ files: number; bytes: number }> {
  const totals = { files: 0, bytes: 0 };
  const walk = async (folder: string): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch((error: unknown) => {
      throw explainSystemError(error, 'list', join(root, folder), EXIT.unexpected);
    });
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (/^[_.]/.test(entry.name)) continue;
      if (entry.isDirectory()) await walk(path);
      else if (isDataPath(path)) {
        totals.files++;
        totals.bytes += (await stat(join(root, path))).size;
      }
    }
  };
  await walk('');
  return totals;
}

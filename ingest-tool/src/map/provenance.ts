import type { DevicePattern } from './device-pattern';
import { deviceFacts } from './device-pattern';
import type { ProjectedPosition } from './projected-position';

/** What the columns of provenance are made `from`: nothing that a field can be called. */
const PROVENANCE = { firmware: '→ firmware', crs: '→ crs' } as const;

export type Provenance = keyof typeof PROVENANCE;

/** What of a mapping is provenance of its rows. */
interface ProvenanceFacts {
  devices: readonly DevicePattern[];
  stations: readonly { devices: readonly { id: string; firmware?: string | undefined }[] }[];
  position?: ProjectedPosition | undefined;
}

/** What a `from` stands for; undefined for fields. */
export function provenanceOf(from: string): Provenance | undefined {
  return from === PROVENANCE.firmware ? 'firmware' : from === PROVENANCE.crs ? 'crs' : undefined;
}

/** The columns that keep with each row what a mapping declares of its origin, as a mapping file would list them. */
export function provenanceColumns({ devices, stations, position }: ProvenanceFacts): object[] {
  const hasFirmware = [...devices, ...stations.flatMap((station) => station.devices)].some(
    ({ firmware }) => firmware !== undefined,
  );
  return [
    ...(hasFirmware
      ? [{ name: 'firmware_version', from: PROVENANCE.firmware, longName: 'Firmware of the instrument' }]
      : []),
    ...(position === undefined
      ? []
      : [{ name: 'crs_source', from: PROVENANCE.crs, longName: 'Reference system of the original position' }]),
  ].map((column) => ({ ...column, role: 'about', type: 'text' }));
}

/** Says of a device which firmware it runs: what its station lists of it, else what patterns say. */
export function firmwareOf({ devices, stations }: ProvenanceFacts): (device: string) => string | undefined {
  const listed = new Map(stations.flatMap((station) => station.devices.map(({ id, firmware }) => [id, firmware])));
  const factsOf = deviceFacts(devices);
  return (device) => listed.get(device) ?? factsOf(device).firmware;
}

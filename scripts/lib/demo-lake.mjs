/**
 * How the demo lake is made of the committed captures: the command lines of `tidelake`, to be run in the project's folder.
 * @param {string} lake the folder it is made in
 * @returns {{ ingest: string[], manifest: string[] }}
 */
export function demoLakeCommands(lake) {
  return {
    ingest: [
      ...['ingest', 'samples/rapid-wb2/telemetry.pb', 'samples/rapid-wb2/mosquitto.log'],
      ...['--to', lake],
      ...['--proto', 'samples/rapid-wb2/telemetry.proto'],
      ...['--message', 'OceanTelemetry'],
      ...['--mapping', 'samples/rapid-wb2/mapping.yaml'],
    ],
    // With it, the page knows what is in the lake before it reads any of it.
    manifest: ['manifest', lake],
  };
}

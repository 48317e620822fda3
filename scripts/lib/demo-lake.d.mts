/** How the demo lake is made of the committed captures: the command lines of `tidelake`, to be run in the project's folder. */
export function demoLakeCommands(lake: string): { ingest: string[]; manifest: string[] };

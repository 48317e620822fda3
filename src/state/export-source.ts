import type { ColumnDescription } from '@tidelake/lake-format';
import type { Places } from '../export/export-options';
import { findPlaces } from '../export/position-reader';
import { exportQuery, type ExportShape, windowParts } from '../queries/export-shape';
import { flagColumnOf } from '../queries/flag-column';
import { whereSelection } from '../queries/selection';
import { formatWindow } from '../views/zone-text';
import type { LakeClient } from '../workers/client';
import type { LakeSummary, QueryResult } from '../workers/protocol';
import type { AnswerSource } from './export-run.svelte';
import type { LakeView } from './lake-view';
import type { Answer } from './query-run.svelte';

/** Rows of a window that are asked for at a time, so that memory stays flat however long it is. */
const PART_ROWS = 200_000;
const SAMPLE_ROWS = 400;

/** What can be exported, in one of its shapes. */
export interface ShapedSource {
  sql: string;
  /** By the names of columns. */
  meanings: Record<string, ColumnDescription>;
  /** Some rows, and how many there are in all. */
  look(signal: AbortSignal): Promise<{ result: QueryResult; rowCount: number }>;
  /** All rows. */
  answers(rowCount: number): AnswerSource;
}

/** What can be exported: an answer that is here, or the observations of the page's window. */
export interface ExportSource {
  /** Of the file, without what stands behind the dot. */
  name: string;
  /** What it is, in a sentence. */
  words: string;
  /** Where it was observed, in words. */
  place: string | undefined;
  /** What is to be known of the rows beside that, in a sentence. */
  comment: string | undefined;
  window: { from: number; to: number } | undefined;
  positions: readonly { latitude?: number | undefined; longitude?: number | undefined }[];
  link: string;
  hasShapes: boolean;
  shaped(shape: ExportShape): ShapedSource;
  places(columns: QueryResult['columns']): Places | undefined;
}

/** What stands below a picture: what lake it is of, whose, where that is, and the link that shows the same. */
export function sourceLines({ title, attribution, license, url }: LakeSummary, link: string): string[] {
  return [[title, attribution, license].filter((part) => part).join('. '), `Source: ${url}`, link];
}

/** An answer, as it is here. */
export function answerSource(
  { result, sql }: Answer<string>,
  lake: LakeSummary,
  view: LakeView | undefined,
  link: string,
): ExportSource {
  const meanings = Object.fromEntries(lake.columns.map((column) => [column.name, column]));
  return {
    name: 'tidelake-answer',
    words: 'The answer of the SQL query, with all its rows.',
    place: undefined,
    comment: undefined,
    window: undefined,
    positions: [],
    link,
    hasShapes: false,
    shaped: () => ({
      sql,
      meanings,
      look: () => Promise.resolve({ result, rowCount: result.rowCount }),
      answers: () =>
        async function* () {
          yield await Promise.resolve(result);
        },
    }),
    places: (columns) => findPlaces(columns) ?? stationPlaces(columns, view),
  };
}

/** The observations of the page's window, stations and devices, asked for part by part. */
export function windowSource(client: LakeClient, lake: LakeSummary, view: LakeView, link: string): ExportSource {
  const { roles, chosenDevices: devices } = view;
  const selection = { ...view.selection, hidden: [] };
  const hidesFailed = view.hidesFailed && view.variables.some(({ name }) => flagColumnOf(name, lake.columns));
  const request = { selection, roles, columns: lake.columns, devices, hidesFailed };
  const day = (time: number) => new Date(time).toISOString().slice(0, 10);
  const chosen = view.stations.filter(({ id }) => view.chosenStations.includes(id));
  const place =
    chosen.length === 1 ? (chosen[0]?.name ?? chosen[0]?.id ?? 'the station') : `${chosen.length || 'all'} stations`;
  return {
    name: ['tidelake', ...(chosen.length === 1 ? [chosen[0]?.id ?? ''] : []), day(selection.from), day(selection.to)]
      .join('_')
      .replaceAll(/[^\w.-]+/g, '-'),
    words: `All variables of ${place} from ${formatWindow(selection, 'UTC')}.`,
    place,
    comment: hidesFailed ? 'Readings that are flagged as fail are left out.' : undefined,
    window: selection,
    positions: chosen,
    link,
    hasShapes: true,
    shaped(shape) {
      const { sql, meanings } = exportQuery(shape, request);
      return {
        sql,
        meanings,
        async look(signal) {
          const result = await client.query(`${sql}\nLIMIT ${SAMPLE_ROWS}`, { signal });
          const counted =
            result.rowCount < SAMPLE_ROWS
              ? result.rowCount
              : await count(
                  client,
                  shape === 'rows' ? `FROM lake\n${whereSelection(selection, roles)}` : `FROM (${sql})`,
                  signal,
                );
          return { result, rowCount: counted };
        },
        answers: (rowCount) =>
          async function* (signal) {
            for (const part of windowParts(selection, rowCount, PART_ROWS)) {
              const query = exportQuery(shape, { ...request, selection: { ...selection, ...part } });
              yield await client.query(query.sql, { signal });
            }
          },
      };
    },
    places: (columns) => findPlaces(columns) ?? stationPlaces(columns, view),
  };
}

async function count(client: LakeClient, from: string, signal: AbortSignal): Promise<number> {
  const { columns } = await client.query(`SELECT count(*) ${from}`, { signal });
  return Number(columns[0]?.values[0] ?? 0);
}

/** The lake says where its stations are, though rows do not. */
function stationPlaces(columns: QueryResult['columns'], view: LakeView | undefined): Places | undefined {
  const station = view?.roles.station;
  if (station === undefined || !columns.some(({ name }) => name === station)) return undefined;
  const placed = view?.stations.flatMap(({ id, latitude, longitude }) =>
    latitude === undefined || longitude === undefined ? [] : [[id, [longitude, latitude] as const] as const],
  );
  return placed === undefined || placed.length === 0 ? undefined : { station, positions: Object.fromEntries(placed) };
}

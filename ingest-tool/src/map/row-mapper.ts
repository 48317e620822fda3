import type { DecodedColumn } from '../decode/decoded-column';
import type { RecordDecoder, RecordSchema } from '../decode/record-schema';
import type { StringDictionary } from '../decode/string-dictionary';
import { BATCH_CAPACITY, type MessageBatch, type Reject, type RejectReason } from '../inputs/message-batch';
import { fillNull, NULL_BIGINT, type RowColumn } from '../rows/column-values';
import type { PartitionIndex } from '../rows/partition-index';
import type { RowStore } from '../rows/row-store';
import { indexCalibrations } from './calibration';
import { CALIBRATION_COLUMN, calibrationColumn } from './calibration-log';
import { correctedTimes } from './clock-rule';
import { ColumnCalibrator } from './column-calibrator';
import type { LatenessMonitor } from './lateness-monitor';
import { noSuchField, resolveColumns, rowColumn, sourceOf, type MappedColumn } from './mapped-column';
import type { Mapping } from './mapping';
import type { MessageMapper } from './message-mapper';
import { rejectOf } from './message-reject';
import { receiveTimes, scaledField, timeField, withoutMissing } from './number-fields';
import type { NumberSource } from './number-source';
import { convertedNumbers, type ProjectedPosition } from './projected-position';
import { firmwareOf, type Provenance } from './provenance';
import { positionProblem, timeProblem } from './row-checks';
import { roundIntegers, writeFloats } from './narrow-numbers';
import { rowTarget, type RowTarget } from './row-target';
import { chained } from './source-scale';
import { StationRegistry } from './station-registry';
import { captureText, constantText, fieldText, textBy, textIn, topicText, type TextSource } from './text-source';

/** A column with the way its values are made: numbers, texts, or integers too large for a number. */
interface BoundColumn extends MappedColumn {
  row: RowColumn;
  numbers: NumberSource | undefined;
  text: TextSource | undefined;
  exact: DecodedColumn | undefined;
  calibrator: ColumnCalibrator | undefined;
}

/** Turns batches of messages into rows of the lake: decode, map, check, route. Rows go to a {@link RowStore}. */
export class RowMapper implements MessageMapper {
  readonly columns: readonly RowColumn[];
  readonly ignored: Record<string, number> = {};
  readonly #decoder: RecordDecoder;
  readonly #target: RowTarget;
  readonly #stations: StationRegistry;
  readonly #bound: BoundColumn[];
  /** Where in {@link RowMapper.columns} each bound column stands, and which no bound column fills. */
  readonly #places: number[];
  readonly #absent: number[];
  readonly #calibrated: ReadonlySet<string>;
  readonly #device: TextSource;
  readonly #time: NumberSource;
  readonly #latitude: NumberSource | undefined;
  readonly #longitude: NumberSource | undefined;
  readonly #depth: NumberSource | undefined;
  readonly #topics: StringDictionary;
  /** UTC microseconds. */
  readonly #now: number;

  readonly #rows = new Uint32Array(BATCH_CAPACITY);
  readonly #undecodable = new Uint8Array(BATCH_CAPACITY);
  readonly #scratch = new Float64Array(BATCH_CAPACITY);
  readonly #times = new Float64Array(BATCH_CAPACITY);
  readonly #latitudes = new Float64Array(BATCH_CAPACITY);
  readonly #longitudes = new Float64Array(BATCH_CAPACITY);
  readonly #depths = new Float64Array(BATCH_CAPACITY);
  readonly #deviceIds = new Int32Array(BATCH_CAPACITY);

  /**
   * @param topics where the captures' topics have their numbers
   * @param latenessMs see {@link LatenessMonitor}
   * @param nowMs UTC milliseconds: the future starts a day later
   * @param target where other mappers fill the same rows; columns that this mapping does not have become null
   * @throws ToolError where the mapping does not fit the records
   */
  constructor(
    schema: RecordSchema,
    mapping: Mapping,
    topics: StringDictionary,
    latenessMs: number,
    nowMs: number,
    target?: RowTarget,
  ) {
    const mapped = resolveColumns(mapping, schema);
    const stationRule = mapping.station;
    const stationSource =
      stationRule !== undefined && 'from' in stationRule ? sourceOf(stationRule.from, schema) : undefined;
    if (stationRule !== undefined && 'from' in stationRule && stationSource === undefined) {
      throw noSuchField('station.from', stationRule.from, schema);
    }
    const paths = new Set<string>();
    for (const source of [...mapped.map((column) => column.source), stationSource])
      if (source?.kind === 'field') paths.add(source.path);
    for (const { whenAbsent } of mapped) if (typeof whenAbsent === 'object') paths.add(whenAbsent.zeroWhenPresent);
    this.#decoder = schema.decoder([...paths]);
    this.#topics = topics;
    this.#now = nowMs * 1000;
    this.#calibrated = new Set(mapping.calibrations.map(({ variable }) => variable));
    const origin = (of: Provenance): TextSource => {
      if (of === 'crs') return constantText(mapping.position?.crs ?? '');
      const device = mapped.find((column) => column.mapping.role === 'device');
      return textBy(device ? this.#textOf(device.source) : constantText(''), firmwareOf(mapping));
    };
    this.#bound = mapped.map((column) => {
      const { source } = column;
      return this.#bind(column, target, source.kind === 'provenance' ? origin(source.of) : undefined);
    });
    if (mapping.position !== undefined) bindPosition(this.#bound, mapping.position);
    this.#target = target ?? ownTarget(this.#bound, this.#calibrated.size > 0, latenessMs);
    this.columns = this.#target.columns;
    this.#places = this.#bound.map(({ row }) => this.columns.findIndex(({ name }) => name === row.name));
    this.#absent = [...this.columns.keys()].filter(
      (place) => !this.#places.includes(place) && this.columns[place]?.name !== CALIBRATION_COLUMN,
    );
    const bound = (role: string): BoundColumn | undefined => this.#bound.find(({ mapping: own }) => own.role === role);
    const device = bound('device')?.text;
    const time = bound('time')?.numbers;
    if (device === undefined || time === undefined) throw new Error('a mapping without time or device was let through');
    const calibrations = indexCalibrations(mapping.calibrations);
    for (const column of this.#bound) {
      const { name } = column.row;
      if (!this.#calibrated.has(name)) continue;
      column.calibrator = new ColumnCalibrator(
        name,
        calibrations,
        device.dictionary,
        column.unit,
        this.#target.calibrationLog,
      );
    }
    const clock = bound('time');
    if (clock !== undefined && mapping.clocks.length > 0) clock.numbers = correctedTimes(time, device, mapping.clocks);
    this.#device = device;
    this.#time = clock?.numbers ?? time;
    this.#latitude = bound('latitude')?.numbers;
    this.#longitude = bound('longitude')?.numbers;
    this.#depth = bound('depth')?.numbers;
    const rule =
      stationRule !== undefined && 'id' in stationRule
        ? stationRule
        : stationSource === undefined
          ? undefined
          : this.#textOf(stationSource);
    this.#stations = new StationRegistry(mapping.stations, rule, device.dictionary, this.#target.stations);
  }

  get stations(): StringDictionary {
    return this.#target.stations;
  }

  get lateness(): LatenessMonitor {
    return this.#target.lateness;
  }

  get notFinite(): Record<string, number> {
    return this.#target.notFinite;
  }

  unknownFields(): Record<string, number> {
    return this.#decoder.unknownFields();
  }

  notes(): string[] {
    return [];
  }

  map(batch: MessageBatch, store: RowStore, partitions: PartitionIndex, onReject: (reject: Reject) => void): number {
    const reject = (row: number, reason: RejectReason, detail: string): void =>
      onReject(rejectOf(batch, row, this.#topics, reason, detail));
    this.#undecodable.fill(0, 0, batch.count);
    this.#decoder.decode(batch, (row, detail) => {
      this.#undecodable[row] = 1;
      reject(row, 'undecodable', detail);
    });
    let count = 0;
    for (let row = 0; row < batch.count; row++) if (this.#undecodable[row] === 0) this.#rows[count++] = row;
    count = this.#check(batch, count, reject);
    store.reserve(count, partitions.size);
    this.#route(batch, count, store, partitions);
    for (let column = 0; column < this.#bound.length; column++) this.#write(batch, count, store, column);
    for (const place of this.#absent) {
      const values = store.values[place];
      if (values !== undefined) fillNull(values, store.count, store.count + count);
    }
    const applied = this.#calibrated.size === 0 ? undefined : store.values[this.columns.length - 1];
    if (applied instanceof Int32Array) this.#target.calibrationLog.take(count, applied, store.count);
    store.count += count;
    return batch.count;
  }

  /** Leaves in `#rows` what may become a row, with times, devices and positions beside; returns how many. */
  #check(
    batch: MessageBatch,
    count: number,
    reject: (row: number, reason: RejectReason, detail: string) => void,
  ): number {
    const rows = this.#rows;
    this.#time(batch, rows, count, this.#times);
    const badPosition =
      (this.#latitude?.(batch, rows, count, this.#latitudes) ?? 0) +
      (this.#longitude?.(batch, rows, count, this.#longitudes) ?? 0) +
      (this.#depth?.(batch, rows, count, this.#depths) ?? 0);
    const located = this.#latitude !== undefined && this.#longitude !== undefined;
    let kept = 0;
    for (let index = 0; index < count; index++) {
      const row = rows[index] ?? 0;
      const device = this.#device.idAt(batch, row);
      const time = this.#times[index] ?? Number.NaN;
      const received = batch.receiveTime[row] ?? Number.NaN;
      if (device < 0 || this.#device.dictionary.lengthOf(device) === 0) {
        reject(row, 'missing_device', 'the device is absent, or empty');
        continue;
      }
      const badTime = timeProblem(time, received, this.#now);
      if (badTime !== undefined) {
        reject(row, 'bad_time', badTime);
        continue;
      }
      const outside = located ? positionProblem(this.#latitudes[index] ?? 0, this.#longitudes[index] ?? 0) : undefined;
      const notFinite = badPosition > 0 ? this.#positionNotFinite(row) : undefined;
      if (outside !== undefined || notFinite !== undefined) {
        reject(row, 'bad_position', outside ?? notFinite ?? '');
        continue;
      }
      rows[kept] = row;
      this.#times[kept] = time;
      this.#deviceIds[kept] = device;
      kept++;
    }
    return kept;
  }

  /** Which of a row's coordinates is there and no finite number. */
  #positionNotFinite(row: number): string | undefined {
    for (const { mapping, source } of this.#bound) {
      if (!['latitude', 'longitude', 'depth'].includes(mapping.role) || source.kind !== 'field') continue;
      const column = this.#decoder.columns.get(source.path);
      const value = column?.numbers[row] ?? 0;
      if (column?.present[row] === 1 && !Number.isFinite(value)) return `${mapping.role} is ${value}`;
    }
    return undefined;
  }

  #route(batch: MessageBatch, count: number, store: RowStore, partitions: PartitionIndex): void {
    for (let index = 0; index < count; index++) {
      const device = this.#deviceIds[index] ?? 0;
      const time = this.#times[index] ?? 0;
      const station = this.#stations.stationOf(device, batch, this.#rows[index] ?? 0);
      store.partitions[store.count + index] = partitions.of(station, time);
      this.lateness.observe(device, time);
    }
  }

  #write(batch: MessageBatch, count: number, store: RowStore, column: number): void {
    const bound = this.#bound[column];
    const values = store.values[this.#places[column] ?? -1];
    if (bound === undefined || values === undefined) return;
    const at = store.count;
    const rows = this.#rows;
    if (bound.text === this.#device && values instanceof Int32Array) {
      values.set(this.#deviceIds.subarray(0, count), at);
      return;
    }
    if (bound.text !== undefined && values instanceof Int32Array) {
      for (let index = 0; index < count; index++) values[at + index] = bound.text.idAt(batch, rows[index] ?? 0);
      return;
    }
    if (bound.exact !== undefined && values instanceof BigInt64Array) {
      this.#countNotFinite(
        bound.row.name,
        this.#writeExact(bound.exact, bound.whenAbsent === 'zero', count, values, at),
      );
      return;
    }
    if (bound.numbers === undefined) return;
    const scratch = this.#scratch;
    let bad = bound.numbers(batch, rows, count, scratch);
    if (bound.calibrator !== undefined) bad += bound.calibrator.apply(scratch, this.#times, this.#deviceIds, count);
    if (values instanceof Float64Array) {
      if (bound.type === 'integer') bad += roundIntegers(scratch, count);
      values.set(scratch.subarray(0, count), at);
    } else if (values instanceof Float32Array) {
      bad += writeFloats(scratch, count, values, at);
    } else if (values instanceof BigInt64Array) {
      for (let index = 0; index < count; index++) {
        const value = Math.round(scratch[index] ?? Number.NaN);
        values[at + index] = Number.isNaN(value) ? NULL_BIGINT : BigInt.asIntN(64, BigInt(value));
      }
    }
    this.#countNotFinite(bound.row.name, bad);
  }

  /** Writes 64-bit integers; returns how many were above 2⁶³ − 1 and became null. */
  #writeExact(field: DecodedColumn, zeroWhenAbsent: boolean, count: number, values: BigInt64Array, at: number): number {
    let bad = 0;
    for (let index = 0; index < count; index++) {
      const row = this.#rows[index] ?? 0;
      let value = zeroWhenAbsent ? 0n : NULL_BIGINT;
      if (field.present[row] === 1) {
        const own = field.bigintAt(row);
        if (own < -NULL_BIGINT) value = own;
        else {
          value = NULL_BIGINT;
          bad++;
        }
      }
      values[at + index] = value;
    }
    return bad;
  }

  #countNotFinite(name: string, count: number): void {
    if (count > 0) this.notFinite[name] = (this.notFinite[name] ?? 0) + count;
  }

  /** @param origin the texts of a column of provenance */
  #bind(column: MappedColumn, target: RowTarget | undefined, origin: TextSource | undefined): BoundColumn {
    const { name, epoch } = column.mapping;
    const own = origin ?? (column.type === 'text' ? this.#textOf(column.source) : undefined);
    const shared = target?.columns.find((each) => each.name === name)?.dictionary;
    const text = own === undefined || shared === undefined ? own : textIn(shared, own);
    const row = rowColumn(column, text?.dictionary);
    const bound: BoundColumn = { ...column, row, numbers: undefined, text, exact: undefined, calibrator: undefined };
    if (text !== undefined) return bound;
    if (column.source.kind === 'receive_time') return { ...bound, numbers: receiveTimes };
    if (column.source.kind === 'converted') return bound;
    const field = this.#field(column.source);
    if (column.type === 'timestamp') {
      return {
        ...bound,
        numbers: timeField(field, field.scalar === 'instant' ? 'us' : epoch === 'auto' ? undefined : epoch),
      };
    }
    if (
      column.type === 'bigint' &&
      field.isWide &&
      !column.isScaled &&
      typeof column.whenAbsent === 'string' &&
      column.mapping.missing === undefined
    ) {
      return { ...bound, exact: field };
    }
    const other =
      typeof column.whenAbsent === 'object' ? this.#decoder.columns.get(column.whenAbsent.zeroWhenPresent) : undefined;
    const isCalibrated = this.#calibrated.has(name);
    const line = isCalibrated ? column.raw : chained(column.raw, column.unit);
    const numbers = scaledField(field, line, column.whenAbsent, other);
    const { missing } = column.mapping;
    return { ...bound, numbers: missing === undefined ? numbers : withoutMissing(field, missing, numbers) };
  }

  #textOf(source: MappedColumn['source']): TextSource {
    if (source.kind === 'topic') return topicText(this.#topics, source.level);
    if (source.kind === 'capture') return captureText(this.#topics);
    return fieldText(this.#field(source));
  }

  #field(source: MappedColumn['source']): DecodedColumn {
    const column = source.kind === 'field' ? this.#decoder.columns.get(source.path) : undefined;
    if (column === undefined) throw new Error(`no decoded field for a source of kind ${source.kind}`);
    return column;
  }
}

/** Fills the columns of the converted position from those that hold the original one. */
function bindPosition(bound: readonly BoundColumn[], position: ProjectedPosition): void {
  const numbersOf = (name: string): NumberSource | undefined => bound.find(({ row }) => row.name === name)?.numbers;
  const [x, y] = [numbersOf(position.x), numbersOf(position.y)];
  for (const column of bound) {
    if (column.source.kind === 'converted') column.numbers = convertedNumbers(position, column.source.axis, x, y);
  }
}

/** The columns of a mapping alone. */
function ownTarget(bound: readonly BoundColumn[], isCalibrated: boolean, latenessMs: number): RowTarget {
  const target = rowTarget([], latenessMs);
  const calibration = isCalibrated ? [calibrationColumn(target.calibrationLog)] : [];
  return { ...target, columns: [...bound.map(({ row }) => row), ...calibration] };
}

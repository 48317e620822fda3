import { DecodedColumn } from '../decode/decoded-column';
import type { FieldValue, Observation } from '../decode/observation';
import { BESIDE_FIELDS, type RecordDecoder, type RecordField, type RecordSchema } from '../decode/record-schema';
import type { MessageBatch } from '../inputs/message-batch';
import { EXIT, ToolError } from '../tool-error';
import type { ColumnMapping } from './mapping';
import { ObservationField } from './observation-field';
import { convertedAxis } from './projected-position';

/**
 * Records without a schema: their fields are known when they are met. What a field is to become is taken from the columns
 * that are made from it. One batch of observations is decoded at a time: {@link ObservationRecords.take} comes first.
 */
export class ObservationRecords implements RecordSchema, RecordDecoder {
  readonly name: string;
  readonly columns = new Map<string, DecodedColumn>();
  readonly #fields = new Map<string, ObservationField>();
  #observations: readonly Observation[] = [];

  /**
   * @param name for people, such as `the messages of spBv1.0/#`
   * @throws ToolError where two columns want the same field as different things
   */
  constructor(name: string, columns: readonly ColumnMapping[], texts: readonly string[]) {
    this.name = name;
    for (const column of columns) {
      this.#want(column.from, new ObservationField(column));
      if (typeof column.whenAbsent === 'object') this.#present(column.whenAbsent.zeroWhenPresent);
    }
    for (const path of texts) this.#present(path);
  }

  /** Whether an observation has a value that a measured column or a position is made from. */
  measures(observation: Observation): boolean {
    for (const [path, { isMeasured }] of this.#fields) {
      const value = isMeasured ? observation.get(path)?.value : undefined;
      if (value !== undefined && value !== null) return true;
    }
    return false;
  }

  fieldAt(path: string): RecordField | undefined {
    const field = this.#fields.get(path);
    return field === undefined ? undefined : { scalar: field.scalar, tracksPresence: true };
  }

  paths(): string[] {
    return [...this.#fields.keys()];
  }

  decoder(paths: readonly string[]): RecordDecoder {
    for (const path of paths) {
      const field = this.#fields.get(path);
      if (field !== undefined) this.columns.set(path, new DecodedColumn(field.scalar, true));
    }
    return this;
  }

  /** Gives the observations of the batch that is decoded next, row for row. */
  take(observations: readonly Observation[]): void {
    this.#observations = observations;
  }

  decode(batch: MessageBatch, onReject: (row: number, detail: string) => void): void {
    const problems: string[] = [];
    for (const [path, column] of this.columns) {
      const field = this.#fields.get(path);
      column.present.fill(0, 0, batch.count);
      for (let row = 0; field !== undefined && row < batch.count; row++) {
        const value: FieldValue | undefined = this.#observations[row]?.get(path);
        if (value === undefined || value.value === null) continue;
        const problem = field.put(value, column, row);
        if (problem !== undefined) problems[row] ??= `${path} ${problem}`;
      }
    }
    problems.forEach((problem, row) => onReject(row, problem));
  }

  unknownFields(): Record<string, number> {
    return {};
  }

  #want(path: string, field: ObservationField): void {
    if (BESIDE_FIELDS.test(path) || convertedAxis(path) !== undefined) return;
    const known = this.#fields.get(path);
    if (known !== undefined && !known.agreesWith(field)) {
      throw new ToolError(
        EXIT.usage,
        `The columns ${known.name} and ${field.name} both are made from ${path}, in different ways`,
        'Make one of them from it, or give both the same type and unit.',
      );
    }
    if (known === undefined || field.isMeasured) this.#fields.set(path, field);
  }

  #present(path: string): void {
    if (!this.#fields.has(path)) this.#want(path, ObservationField.text(path));
  }
}

import { z } from 'zod';
import { DATE_ORDERS } from '../../time/time-text';
import { zoneNamed } from '../../time/time-zone';

/** Formats of tables that have a name. */
export const TABLE_FORMATS = ['csv', 'toa5', 'tob', 'nrg', 'cnv', 'ndbc'] as const;
export type TableFormat = (typeof TABLE_FORMATS)[number];

/** How tables are to be read, where their content does not tell or tells it wrongly. */
export const tableSettings = z.strictObject({
  format: z.enum(TABLE_FORMATS).optional(),
  encoding: z.enum(['utf-8', 'windows-1252', 'iso-8859-15']).optional(),
  /** One character, `tab`, or `blanks` for any number of blanks and tabs. */
  delimiter: z.union([z.enum(['tab', 'blanks']), z.string().length(1)]).optional(),
  /** The line with the names of the columns, from 1; 0 where there is none and `names` says them. */
  headerLine: z.int().min(0).optional(),
  unitsLine: z.int().min(1).optional(),
  /** The line of the first row. */
  firstLine: z.int().min(1).optional(),
  names: z.array(z.string()).optional(),
  decimal: z.enum(['.', ',']).optional(),
  /** Texts and numbers that stand for no value, besides empty cells, NaN, NA, null and `-`. */
  missing: z.array(z.coerce.string()).default([]),
  comment: z.string().length(1).optional(),
  /** Whether columns that the mapping does not name are taken over as the file's header names them. */
  others: z.boolean().optional(),
  time: z
    .strictObject({
      /** Columns whose texts, with a blank between, are the time; they become the column `time`. */
      from: z.array(z.string()).min(1).optional(),
      order: z.enum(DATE_ORDERS).optional(),
      /** Of the logger's clock, such as `-05:00` or `Europe/Dublin`; UTC where nobody says. */
      zone: z
        .string()
        .refine(
          (name) => zoneNamed(name) !== undefined,
          'is no time zone: write an offset such as -05:00, or a name such as Europe/Dublin',
        )
        .optional(),
    })
    .default({}),
});

export type TableSettings = z.infer<typeof tableSettings>;

import { z } from 'zod';

/** A date or a date and time of ISO 8601; without a zone it is UTC. Parsed, UTC microseconds. */
export const instant = z
  .union([z.iso.datetime({ offset: true, local: true }), z.iso.date()])
  .transform(
    (text) => Date.parse(/T.*(Z|[+-]\d\d:?\d\d)$/.test(text) || !text.includes('T') ? text : `${text}Z`) * 1000,
  );

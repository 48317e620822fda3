/** Every way a journey can end that a researcher can do something about. */
export type LakeErrorCode =
  | 'unreachable' // no answer, or an answer the browser may not read (CORS)
  | 'access-denied'
  | 'not-found'
  | 'not-a-lake'
  | 'not-parquet'
  | 'truncated'
  | 'schema-clash'
  | 'throttled'
  | 'bad-sql'
  | 'out-of-memory'
  | 'cancelled'
  | 'unsupported'
  | 'unexpected';

/**
 * What the page can offer beside the advice: the CORS rule to set, the fields for keys, the address to correct, the
 * choice of a folder.
 */
export type Remedy = 'cors' | 'keys' | 'address' | 'folder';

/** The part of an error that crosses the worker boundary. */
export interface LakeErrorData {
  code: LakeErrorCode;
  /** What happened, naming the file or URL. */
  message: string;
  /** One sentence on what to do. */
  advice: string;
  /** Character offset in the SQL text, for `bad-sql`. */
  position?: number;
  remedy?: Remedy;
  /** The key of the file whose bytes are at fault, so that they are not read again from where they are kept. */
  file?: string;
}

/** An error that says what to do. Never carries a secret: URLs in it have no query string. */
export class LakeError extends Error implements LakeErrorData {
  readonly code: LakeErrorCode;
  readonly advice: string;
  readonly position?: number;
  readonly remedy?: Remedy;
  readonly file?: string;

  constructor(data: LakeErrorData, options?: ErrorOptions) {
    super(data.message, options);
    this.name = 'LakeError';
    this.code = data.code;
    this.advice = data.advice;
    if (data.position !== undefined) this.position = data.position;
    if (data.remedy !== undefined) this.remedy = data.remedy;
    if (data.file !== undefined) this.file = data.file;
  }

  /** Plain data for `postMessage`, which would keep only the message of an Error. */
  toData(): LakeErrorData {
    const { code, message, advice, position, remedy, file } = this;
    return {
      code,
      message,
      advice,
      ...(position !== undefined && { position }),
      ...(remedy !== undefined && { remedy }),
      ...(file !== undefined && { file }),
    };
  }
}

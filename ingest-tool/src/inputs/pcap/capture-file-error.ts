/** A file that cannot be read as a network capture at all. Says what it is and what to do. */
export class CaptureFileError extends Error {
  readonly advice: string;

  /**
   * @param what the file, as the end of a sentence: "… is <what>"
   * @param advice one sentence on what to do
   */
  constructor(what: string, advice: string) {
    super(`The input is ${what}, which is not read.`);
    this.name = 'CaptureFileError';
    this.advice = advice;
  }
}

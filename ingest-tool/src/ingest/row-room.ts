/** Lets work begin only while the rows under way stay below a limit, so that memory does too. In order of arrival. */
export class RowRoom {
  readonly #limit: number;
  #rows = 0;
  readonly #waiting: { rows: number; begin: () => void }[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Waits until there is room; work that exceeds the limit by itself waits until it is alone. */
  async enter(rows: number): Promise<void> {
    if (this.#waiting.length === 0 && this.#fits(rows)) this.#rows += rows;
    else await new Promise<void>((begin) => this.#waiting.push({ rows, begin }));
  }

  leave(rows: number): void {
    this.#rows -= rows;
    for (let next = this.#waiting[0]; next !== undefined && this.#fits(next.rows); next = this.#waiting[0]) {
      this.#waiting.shift();
      this.#rows += next.rows;
      next.begin();
    }
  }

  #fits(rows: number): boolean {
    return this.#rows === 0 || this.#rows + rows <= this.#limit;
  }
}

/** Questions that wait for somebody to agree to their cost. What one of them fetches makes the others cheaper. */
export class CostGate {
  readonly #waiting = new Set<() => void>();

  /** Asks to be told when costs may have fallen; returns how to stop that. */
  wait(onChange: () => void): () => void {
    this.#waiting.add(onChange);
    return () => this.#waiting.delete(onChange);
  }

  /** Tells those who wait that something was fetched. */
  fetched(): void {
    for (const onChange of [...this.#waiting]) onChange();
  }
}

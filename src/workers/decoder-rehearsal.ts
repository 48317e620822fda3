/** The columns of the sample, `rehearsal.parquet`, that are decoded: a quarter of an hour as collectors write it, in Snappy. */
export const SAMPLE_COLUMNS = ['timestamp', 'temperature'];

/** How often the sample is decoded: after some hundred calls the functions of the decoder are compiled for good. */
const TIMES = 128;

/** Milliseconds without work before it begins. */
const QUIET = 2000;

/** Decodings between two looks at whether there is other work: a few milliseconds. */
const AT_ONCE = 8;

/** Practice of the decoder while nothing else is asked of it. */
export interface Rehearsal {
  /** There is work: practice waits. */
  pause(): void;
  /** There is none for now. */
  resume(): void;
}

/**
 * Decodes a sample again and again in a quiet moment, once in a worker's life. Browsers compile WebAssembly quickly first, and
 * well once it has run often; without practice that happens while a lake's first hundred files come in, and takes as much of the
 * processor as they do.
 * @param decodeSample a failure ends the practice, and nobody is told
 */
export function createRehearsal(decodeSample: () => Promise<unknown>): Rehearsal {
  let left = TIMES;
  let isPaused = true;
  let timer: ReturnType<typeof setTimeout> | undefined;

  function later(wait: number): void {
    clearTimeout(timer);
    if (left > 0) timer = setTimeout(() => void practise(), wait);
  }

  async function practise(): Promise<void> {
    timer = undefined;
    try {
      for (let count = Math.min(AT_ONCE, left); count > 0; count--, left--) await decodeSample();
    } catch {
      left = 0;
    }
    // Work has come in the meantime.
    if (!isPaused) later(0);
  }

  return {
    pause() {
      isPaused = true;
      clearTimeout(timer);
    },
    resume() {
      isPaused = false;
      later(QUIET);
    },
  };
}

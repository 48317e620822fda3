import { LakeError } from '../lake/lake-error';
import type { BytePack } from '../sources/byte-pack';
import { createLayeredByteCache, createMemoryByteCache, type ByteCache } from '../sources/byte-cache';
import type { Decoder } from './decoder-protocol';
import type { DescribedLake } from './describe-lake';
import type { Engine } from './engine';
import { isEngineBroken } from './engine-error';
import { createFooterCache } from './footers';
import type { FooterCache } from './footers';
import { cacheOf, createWorkspace } from './workspace';
import type { KeptBytes, Workspace } from './workspace';

/** Starts what a workspace is made of; tests start other ones than the browser does. */
export interface WorkspaceParts {
  startEngine(): Promise<Engine>;
  startDecoder(): Decoder;
  /** Bytes on disk that outlive the page, where there is such a thing. */
  openPack?(): Promise<BytePack | undefined>;
}

/** Bytes of memory for each of the things that are kept from query to query, over all lakes. */
export interface SessionBudgets {
  /** Fetched bytes, for queries on further columns of the same files. */
  cache: number;
  /** Footers of large files, raw; of each lake. */
  footers: number;
  /** Decoded columns in the engine, counted before DuckDB compresses them to about a quarter. */
  resident: number;
}

/** The engine, the decoder and the workspace in them: each started when it is first needed, and anew where it broke. */
export interface WorkspaceHost {
  engine(): Promise<Engine>;
  decoder(): Decoder;
  /** Whether a question would wait for the engine. */
  isStarting(): boolean;
  /** The workspace with these lakes, by their names. */
  ready(lakes: ReadonlyMap<string, DescribedLake>): Promise<Workspace>;
  /** The kept bytes of what is at an address. */
  cacheOf(url: string): ByteCache;
  /** Sees to it that the bytes that are kept outlive the page. */
  writeOut(): Promise<void>;
  /** Gives up the bytes of files that are kept; what is resident in the engine stays. */
  clearCache(): Promise<void>;
  /** Puts right what an error says is broken. */
  repair(error: unknown): Promise<void>;
}

/** Starts nothing yet but the opening of the bytes on disk. */
export function createWorkspaceHost(parts: WorkspaceParts, budgets: SessionBudgets): WorkspaceHost {
  const kept = keepBytes(budgets, parts.openPack?.() ?? Promise.resolve(undefined));
  let engine: Promise<Engine> | undefined;
  let decoder: Decoder | undefined;
  let workspace: Promise<Workspace> | undefined;
  let isStarting = true;

  function currentEngine(): Promise<Engine> {
    if (engine) return engine;
    const starting = parts.startEngine();
    starting.catch(() => {
      if (engine === starting) engine = undefined;
    });
    // One that falls over while nobody asks it anything fails no query that would have it replaced.
    starting
      .then(({ stopped }) => stopped)
      .catch(() => {
        if (engine === starting) void dropEngine();
      });
    engine = starting;
    return starting;
  }

  function currentDecoder(): Decoder {
    return (decoder ??= parts.startDecoder());
  }

  function currentWorkspace(): Promise<Workspace> {
    if (workspace) return workspace;
    const preparing = currentEngine().then((ready) => createWorkspace(ready, currentDecoder(), kept, budgets.resident));
    preparing.then(
      () => (isStarting = workspace !== preparing),
      () => {
        if (workspace === preparing) workspace = undefined;
      },
    );
    workspace = preparing;
    return preparing;
  }

  /** A broken engine is never used again: the next query starts another one and loads what it needs anew. */
  async function dropEngine(): Promise<void> {
    const broken = engine;
    engine = undefined;
    workspace = undefined;
    isStarting = true;
    await broken?.then((old) => old.terminate()).catch(() => undefined);
  }

  return {
    engine: currentEngine,
    decoder: currentDecoder,
    isStarting: () => isStarting,
    async ready(lakes) {
      const current = await currentWorkspace();
      await current.settle(lakes);
      return current;
    },
    cacheOf: (url) => cacheOf(kept.files, url),
    writeOut: () => kept.files.writeOut(),
    clearCache: () => kept.files.clear(),
    async repair(error) {
      // Bytes that came damaged, though all of them did, must not be what another try reads.
      const file = error instanceof LakeError ? error.file : undefined;
      if (file !== undefined) await (await workspace?.catch(() => undefined))?.forgetFile(file);
      if (isEngineBroken(error)) await dropEngine();
      if (!(error instanceof LakeError)) return;
      if (error.code === 'out-of-memory' && !isEngineBroken(error)) await (await workspace)?.forget();
    },
  };
}

function keepBytes(budgets: SessionBudgets, pack: Promise<BytePack | undefined>): KeptBytes {
  const footers = new WeakMap<DescribedLake, FooterCache>();
  return {
    files: createLayeredByteCache(createMemoryByteCache(budgets.cache), pack),
    footersOf(lake) {
      const known = footers.get(lake) ?? createFooterCache(budgets.footers);
      footers.set(lake, known);
      return known;
    },
  };
}

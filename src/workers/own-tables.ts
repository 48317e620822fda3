import { LakeError } from '../lake/lake-error';
import { isEngineBroken } from './engine-error';
import type { Statement } from './statement';
import type { Workspace } from './workspace';

/** Statements that are remembered; whoever inserts more often than that has a table that is not worth making again. */
const MOST_STATEMENTS = 500;

/** Tables and views that users made in the engine, and how they did. */
export interface OwnTables {
  /** Notes a statement that has run. */
  note(statement: Statement): void;
  /** What they were made from is another thing now: they stay, and another engine will not have them. */
  forsake(): void;
  /** Whether what another engine would need to make them stands for itself under this name. */
  mention(name: string): boolean;
  /**
   * Makes them anew in the workspace of another engine; does nothing in one that has them.
   * @param run runs statements in the workspace
   */
  restore(workspace: Workspace, run: (statements: readonly Statement[]) => Promise<unknown>): Promise<void>;
  /** An error in the words of somebody who misses a table that a restart has cost. */
  explain(error: unknown): unknown;
}

/** No tables yet. */
export function createOwnTables(): OwnTables {
  const restored = new WeakMap<Workspace, Promise<void>>();
  let made: Statement[] = [];
  let isComplete = true;
  let areLost = false;

  function forsake(): void {
    if (made.length > 0) isComplete = false;
    made = [];
  }

  async function make(run: (statements: readonly Statement[]) => Promise<unknown>): Promise<void> {
    const statements = made;
    made = [];
    areLost = !isComplete;
    isComplete = true;
    for (const statement of statements) {
      try {
        await run([statement]);
        made.push(statement);
      } catch (error) {
        areLost = true;
        if (!isEngineBroken(error)) continue;
        // What broke one engine is not tried in every next one.
        made = [];
        isComplete = false;
        throw error;
      }
    }
  }

  return {
    forsake,
    mention: (name) => made.some(({ sql }) => sql.includes(`"${name}"`)),
    note(statement) {
      if (statement.kind !== 'changes') return;
      if (made.length >= MOST_STATEMENTS) forsake();
      made.push(statement);
    },
    restore(workspace, run) {
      const known = restored.get(workspace) ?? make(run);
      restored.set(workspace, known);
      return known;
    },
    explain(error) {
      if (!areLost || !(error instanceof LakeError) || error.code !== 'bad-sql') return error;
      const advice =
        'The engine was started anew, and tables and views of your own were lost with it: make them again.';
      return /does not exist/.test(error.message)
        ? new LakeError({ ...error.toData(), advice }, { cause: error })
        : error;
    },
  };
}

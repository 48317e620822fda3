import { fittingChoice, movesStations, type RoleChoice, withRoles } from '../queries/role-choice';
import type { LakeSummary } from '../workers/protocol';

/** A lake whose columns have the roles that a reader chose. */
export interface CorrectedLake {
  lake: LakeSummary;
  /** What fits of the choice. */
  choice: RoleChoice;
  /** What does not. */
  notices: string[];
}

/**
 * Gives columns the roles that a reader chose. Where these say when, where and by what something was observed, the lake's own
 * stations are left out: their spans, places and devices are about other columns, and are to be surveyed anew.
 */
export function correctRoles(lake: LakeSummary, choice: RoleChoice | undefined): CorrectedLake {
  if (!choice) return { lake, choice: {}, notices: [] };
  const { choice: fitting, notices } = fittingChoice(choice, lake);
  return {
    lake: {
      ...lake,
      columns: withRoles(lake.columns, fitting),
      stations: movesStations(fitting) ? [] : lake.stations,
    },
    choice: fitting,
    notices,
  };
}

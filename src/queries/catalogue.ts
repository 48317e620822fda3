import type { Analysis } from './analysis';
import { monthlyMeans } from './monthly-means';

/** Every analysis the page offers, in the order of the list. */
export const ANALYSES: readonly Analysis[] = [monthlyMeans];

/** The analysis of an id; the first of the catalogue where there is no such. */
export function findAnalysis(id: string | undefined): Analysis {
  return ANALYSES.find((analysis) => analysis.id === id) ?? monthlyMeans;
}

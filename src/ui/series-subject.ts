import type { LakeView } from '../state/lake-view';

/** What a series was asked about, kept with its answer. */
export interface SeriesSubject {
  view: LakeView;
  /** Least step drawn as a gap, milliseconds: two of the columns that the readings were thinned to. */
  leastGap: number;
}

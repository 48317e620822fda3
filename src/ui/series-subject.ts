import type { LakeView } from '../state/lake-view';

/** What a series was asked about, kept with its answer. */
export interface SeriesSubject {
  view: LakeView;
  /** Least step drawn as a gap, milliseconds: the width of two pixels where readings were thinned, else 0. */
  leastGap: number;
}

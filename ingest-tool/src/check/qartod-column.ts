import { qartodFlagAttributes } from '@tidelake/lake-format';
import type { RowColumn } from '../rows/column-values';

/** The column of flags beside a measured value, the position or the time: `<of>_qc`. */
export function qartodColumn(of: string): RowColumn {
  return {
    name: `${of}_qc`,
    type: 'integer',
    role: 'flag',
    standardName: 'aggregate_quality_flag',
    longName: `QARTOD flag of ${of}`,
    ...qartodFlagAttributes(),
    dictionary: undefined,
  };
}

import { calendar } from './calendar';
import { histogram } from './histogram';
import type { Picture } from './picture';
import { profile } from './profile';
import { rose } from './rose';
import { scatter } from './scatter';
import { section } from './section';
import { temperatureSalinity } from './temperature-salinity';

/** Every picture beside the time series, in the order of the list. */
export const PICTURES: readonly Picture[] = [section, profile, temperatureSalinity, histogram, rose, calendar, scatter];

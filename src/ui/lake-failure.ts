import { createContext } from 'svelte';
import type { LakeError } from '../lake/lake-error';

/** Shows a failure of the lake itself in place of the lake, from wherever in the page it was met. */
export const [getLakeFailure, setLakeFailure] = createContext<(error: LakeError) => void>();

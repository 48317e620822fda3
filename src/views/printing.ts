import { MediaQuery } from 'svelte/reactivity';

/** Whether the page is being laid out for paper. */
export const printing = new MediaQuery('print');

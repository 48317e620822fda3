/** A lake that is served beside the page, as `tidelake serve` does. */
export interface LakeBeside {
  /** Its path on this origin, such as `/lake/`. */
  url: string;
  title: string;
  about: string;
}

/** Looks for a lake at `lake/` beside the page; undefined where there is none. */
export async function findLakeBeside(): Promise<LakeBeside | undefined> {
  const folder = new URL('lake/', document.baseURI);
  try {
    const response = await fetch(new URL('_tidelake/lake.json', folder));
    if (!response.ok) return undefined;
    const description: unknown = await response.json();
    if (typeof description !== 'object' || description === null) return undefined;
    const text = (value: unknown) => (typeof value === 'string' ? value : undefined);
    const { title, attribution, stations } = description as Record<string, unknown>;
    const count = Array.isArray(stations) ? `${stations.length} station${stations.length === 1 ? '' : 's'}` : undefined;
    return {
      url: folder.pathname,
      title: text(title) ?? 'The lake beside this page',
      about: [count, text(attribution)].filter((part) => part !== undefined).join(' · '),
    };
  } catch {
    // A static host may answer with its own page, or not at all: then there is no lake beside.
    return undefined;
  }
}

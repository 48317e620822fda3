/** The named seas that come with the site, as GeoJSON text. */
export async function fetchSeas(): Promise<string> {
  const response = await fetch(new URL('basemap/seas-50m.json', document.baseURI));
  if (!response.ok) throw new Error('The named seas could not be fetched from this site. Try again.');
  return response.text();
}

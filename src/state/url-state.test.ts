import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHOSEN_ROLES } from '../queries/role-choice';
import { PICTURE_IDS } from '../queries/pictures/picture';
import { EARTH_OPTIONS } from '../views/map-view/map-layer';
import {
  CATALOGUE_PARTS,
  CHART_OPTIONS,
  FLAG_OPTIONS,
  formatUrlState,
  parseUrlState,
  sqlWithoutSecrets,
  TABS,
  type UrlState,
  withoutSecrets,
} from './url-state';

const time = fc.integer({ min: Date.UTC(1900, 0, 1), max: Date.UTC(2100, 0, 1) });
const text = fc.string({ minLength: 1, unit: 'grapheme' });
const degrees = (most: number) =>
  fc.integer({ min: -100 * most, max: 100 * most }).map((hundredths) => hundredths / 100 + 0);

const anyState: fc.Arbitrary<UrlState> = fc
  .record(
    {
      lake: fc.constantFrom('/lake/', 's3://bucket/a b/', 'https://example.org/lake?list-type=2&x=ä', '../lake'),
      stations: fc.array(text),
      devices: fc.array(text),
      variables: fc.array(text, { minLength: 1 }),
      chart: fc.subarray([...CHART_OPTIONS], { minLength: 1 }),
      flags: fc.subarray([...FLAG_OPTIONS], { minLength: 1 }),
      window: fc.tuple(time, fc.integer({ min: 1, max: 10 ** 10 })),
      picture: fc.constantFrom(...PICTURE_IDS),
      roles: fc.dictionary(fc.constantFrom(...CHOSEN_ROLES), fc.array(text, { maxLength: 3 }), {
        ...{ minKeys: 1, noNullPrototype: true },
      }),
      box: fc.tuple(degrees(180), degrees(90), degrees(180), degrees(90)).map(([west, first, east, second]) => ({
        west,
        south: Math.min(first, second),
        east,
        north: Math.max(first, second),
      })),
      shape: fc.array(fc.array(fc.tuple(degrees(540), degrees(90)), { minLength: 3, maxLength: 40 }), {
        minLength: 1,
        maxLength: 4,
      }),
      layer: fc.constantFrom('stations', 'hexagons', 'surface'),
      statistic: fc.constantFrom('mean', 'anomaly'),
      least: fc.integer({ min: 1, max: 10 ** 6 }),
      zones: fc.constant('a;0,0~1,0~1,1*b+%2A;2,2~3,2~3,3'),
      zone: text,
      earth: fc.subarray([...EARTH_OPTIONS], { minLength: 1 }),
      basemap: fc.constantFrom('/lake/sea.pmtiles', 'https://example.org/a b/ä.pmtiles?version=2'),
      camera: fc.record({ zoom: degrees(20).map(Math.abs), latitude: degrees(90), longitude: degrees(180) }),
      step: time,
      tab: fc.constantFrom(...TABS),
      catalogue: fc.constantFrom(...CATALOGUE_PARTS),
      table: fc.constantFrom('rows', 'statistics'),
      analysis: text,
      embed: fc.constant(true as const),
      sql: text.filter((sql) => sql.trim() !== ''),
      others: fc.dictionary(
        fc.constantFrom('threshold', 'new', 'ä&=#', 'depth-range'),
        fc.string({ unit: 'grapheme' }),
      ),
    },
    { requiredKeys: ['others'] },
  )
  .map(({ window, ...state }): UrlState => ({
    ...(state as UrlState),
    ...(window ? { from: window[0], to: window[0] + window[1] } : {}),
    others: { ...state.others },
  }));

describe('the URL state', () => {
  it('reads back exactly what it wrote', () => {
    fc.assert(
      fc.property(anyState, (state) => {
        const { state: read, notices } = parseUrlState(formatUrlState(state));
        expect(read).toEqual(state);
        expect(notices).toEqual([]);
      }),
    );
  });

  it('survives the browser’s own treatment of a hash', () => {
    fc.assert(
      fc.property(anyState, (state) => {
        const page = new URL('http://localhost/');
        page.hash = formatUrlState(state);
        expect(parseUrlState(page.hash).state).toEqual(state);
      }),
    );
  });

  it('is readable', () => {
    expect(
      formatUrlState({
        lake: 's3://ocean/rapid',
        devices: ['sbe37-1', 'a,b'],
        from: Date.UTC(2012, 0, 1),
        to: Date.UTC(2012, 0, 2, 6, 30),
        sql: 'SELECT count(*) FROM lake',
        others: { threshold: '3.5' },
      }),
    ).toBe(
      '#lake=s3://ocean/rapid&v=1&devices=sbe37-1,a%2Cb&from=2012-01-01&to=2012-01-02T06:30&threshold=3.5&sql=SELECT+count(*)+FROM+lake',
    );
  });

  it('tells an empty list from no list', () => {
    expect(parseUrlState('#lake=/lake/&devices=').state.devices).toEqual([]);
    expect(parseUrlState('#lake=/lake/').state.devices).toBeUndefined();
  });

  it('takes one variable from older links, and several from newer ones', () => {
    expect(parseUrlState('#lake=/lake/&v=1&var=temperature').state.variables).toEqual(['temperature']);
    expect(formatUrlState({ lake: '/lake/', variables: ['temperature'], others: {} })).toBe(
      '#lake=/lake/&v=1&var=temperature',
    );
    const link = '#lake=/lake/&v=1&variables=temperature,a%2Cb&chart=overlay,log&flags=hide-fail';
    const { state } = parseUrlState(link);
    expect(state).toMatchObject({
      variables: ['temperature', 'a,b'],
      chart: ['overlay', 'log'],
      flags: ['hide-fail'],
    });
    expect(formatUrlState(state)).toBe(link);
  });

  it('takes roles of columns, and leaves older links with those that are detected', () => {
    const link = '#lake=/lake/&v=1&roles=time:obs_time,depth:,value:a%2Cb,value:c:d';
    const { state } = parseUrlState(link);
    expect(state.roles).toEqual({ time: ['obs_time'], depth: [], value: ['a,b', 'c:d'] });
    expect(formatUrlState(state)).toBe(link);
    expect(parseUrlState('#lake=/lake/&v=1&var=temperature').state.roles).toBeUndefined();
    const { state: wrong, notices } = parseUrlState('#lake=/lake/&roles=mood:a');
    expect(wrong.roles).toBeUndefined();
    expect(notices).toEqual([expect.stringContaining('role:column')]);
  });

  it('takes what it knows of a list of options, and says what it does not', () => {
    const { state, notices } = parseUrlState('#lake=/lake/&chart=log,spiral');
    expect(state.chart).toEqual(['log']);
    expect(notices).toEqual([expect.stringContaining('spiral')]);
  });

  it('leaves out what is malformed, and says so', () => {
    const { state, notices } = parseUrlState('#lake=/l/&from=yesterday&tab=chart&var=%E0%A4%A&table=x');
    expect(state).toEqual({ lake: '/l/', others: {} });
    expect(notices).toHaveLength(4);
  });

  it('takes a box over the antimeridian, and none that is no box', () => {
    expect(parseUrlState('#bbox=170,-20,-160,5').state.box).toEqual({ west: 170, south: -20, east: -160, north: 5 });
    for (const wrong of ['1,2,3', '1,2,3,4,5', '0,5,10,-5', '0,0,200,10', 'a,b,c,d', ',,,', '0,0,0,91']) {
      const { state, notices } = parseUrlState(`#bbox=${wrong}&layer=clouds&stat=mood`);
      expect(state).toEqual({ others: {} });
      expect(notices).toHaveLength(3);
    }
  });

  it('carries what the map shows, and nothing secret in the address of its basemap', () => {
    const link =
      '#lake=/l/&v=1&least=5&zone=Sargasso+Sea&earth=globe,depths&basemap=https://h/sea.pmtiles&map=3.2/-41.5/170&step=2012-01-05T06:00';
    const { state, notices } = parseUrlState(link);
    expect(notices).toEqual([]);
    expect(state).toMatchObject({
      least: 5,
      zone: 'Sargasso Sea',
      earth: ['globe', 'depths'],
      camera: { zoom: 3.2, latitude: -41.5, longitude: 170 },
      step: Date.UTC(2012, 0, 5, 6),
    });
    expect(formatUrlState(state)).toBe(link);
    expect(formatUrlState({ ...state, basemap: 'https://me:pw@h/sea.pmtiles?X-Amz-Signature=1' })).toBe(link);
    const wrong = parseUrlState('#least=0&map=1/2&step=soon&earth=flat');
    expect(wrong.state).toEqual({ others: {} });
    expect(wrong.notices).toHaveLength(4);
  });

  it('does not take a window that ends before it begins', () => {
    const { state, notices } = parseUrlState('#from=2012-02-01&to=2012-01-01');
    expect(state).toEqual({ others: {} });
    expect(notices).toHaveLength(1);
  });

  it('keeps unknown keys', () => {
    expect(formatUrlState(parseUrlState('#lake=/l/&zoom=4').state)).toBe('#lake=/l/&v=1&zoom=4');
  });

  it('never throws on any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (hash) => void parseUrlState(hash)));
  });
});

describe('secrets in a lake’s URL', () => {
  it.each([
    ['https://me:pw@example.org/lake/', 'https://example.org/lake/'],
    ['s3://AKIA:secret@bucket/prefix', 's3://bucket/prefix'],
    ['https://b.s3.amazonaws.com/l/?X-Amz-Signature=1&x-amz-credential=2', 'https://b.s3.amazonaws.com/l/'],
    [
      'https://x.blob.core.windows.net/c?sv=1&sig=2&restype=container',
      'https://x.blob.core.windows.net/c?restype=container',
    ],
    ['https://example.org/lake?region=eu#token', 'https://example.org/lake?region=eu'],
    ['/lake/', '/lake/'],
    [
      'https://h/a.parquet?X-Amz-Signature=1\nhttps://h/my b.parquet?X-Goog-Signature=2',
      'https://h/a.parquet https://h/my b.parquet',
    ],
    ['s3://b/l?s3_access_key_id=a&s3_secret_access_key=secret&s3_region=eu', 's3://b/l?s3_region=eu'],
    ['s3://b/l?accessKey=a&secretKey=secret&endpoint=https://minio:9000', 's3://b/l?endpoint=https://minio:9000'],
  ])('%s becomes %s', (url, clean) => {
    expect(withoutSecrets(url)).toBe(clean);
    const { state, notices } = parseUrlState(`#lake=${encodeURIComponent(url)}`);
    expect(state.lake).toBe(clean);
    expect(notices).toHaveLength(url === clean ? 0 : 1);
    expect(formatUrlState({ lake: url, others: {} })).not.toMatch(/pw|secret|Signature|sig=|token/);
  });

  it('are taken out of the addresses in SQL, which else stays as it is', () => {
    const sql = "SELECT '50% #1' FROM read_parquet('s3://k:pw@b/*.parquet?s3_secret_access_key=x&s3_region=eu') -- 'a'";
    expect(parseUrlState(formatUrlState({ sql, others: {} })).state.sql).toBe(
      "SELECT '50% #1' FROM read_parquet('s3://b/*.parquet?s3_region=eu') -- 'a'",
    );
    expect(sqlWithoutSecrets("CREATE OR REPLACE TEMPORARY SECRET s (TYPE s3, SECRET 'x')")).toBe('');
  });

  it('are dropped where they stand as keys of their own', () => {
    expect(formatUrlState(parseUrlState('#lake=/l/&X-Amz-Security-Token=abc').state)).toBe('#lake=/l/&v=1');
  });
});

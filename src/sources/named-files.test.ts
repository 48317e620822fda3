import { describe, expect, it } from 'vitest';
import { locateListed } from './locate';
import { keyFiles, parseFileList } from './named-files';

const LIST = 'https://host/lake/files.txt?token=hunter2';
const keysOf = (urls: string[]) => keyFiles(urls.map((url) => ({ place: locateListed(url, 'https://host/') })));

describe('parseFileList', () => {
  it('reads text with an address a line, relative to the list, past blanks and comments', () => {
    const files = parseFileList(
      '# made today\r\nday=1/a.parquet\r\n\n  ../b%20c.parquet\nhttps://other/x/c.parquet',
      LIST,
    );
    expect(files.map(({ place }) => place.url)).toEqual([
      'https://host/lake/day=1/a.parquet',
      'https://host/b%20c.parquet',
      'https://other/x/c.parquet',
    ]);
  });

  it.each([
    '["a.parquet"]',
    '{"files": ["a.parquet"]}',
    '{"urls": [{"url": "a.parquet"}]}',
    '[{"path": "a.parquet", "size": -1, "etag": 5}]',
  ])('reads the JSON %s', (text) => {
    expect(parseFileList(text, LIST)).toMatchObject([{ place: { url: 'https://host/lake/a.parquet' } }]);
    expect(parseFileList(text, LIST)[0]).not.toHaveProperty('size');
  });

  it('takes lengths and versions from a JSON list, which spares a request a file', () => {
    expect(parseFileList('[{"url": "a.parquet", "size": 17, "etag": "v1"}]', LIST)).toMatchObject([
      { size: 17, etag: 'v1' },
    ]);
  });

  it.each(['', '# nothing', '<!doctype html>', '{"other": 1}', '[1]', '[', '{"files": []}'])(
    'says that “%s” is no list, without the query of its address',
    (text) => {
      expect(() => parseFileList(text, LIST)).toThrow(
        expect.objectContaining({ code: 'not-a-lake', message: expect.not.stringContaining('hunter2') }),
      );
    },
  );

  it('refuses a list of something else, naming it', () => {
    expect(() => parseFileList('a.csv?key=hunter2', LIST)).toThrow(
      expect.objectContaining({ code: 'unsupported', message: expect.stringMatching(/a\.csv, which/) }),
    );
  });
});

describe('keyFiles', () => {
  it('makes keys relative to the folder that is common, but keeps partitions', () => {
    const { root, files } = keysOf(['https://h/x/lake/station=a/1.parquet', 'https://h/x/lake/station=a/2.parquet']);
    expect(root).toBe('https://h/x/lake/');
    expect([...files.keys()]).toEqual(['station=a/1.parquet', 'station=a/2.parquet']);
  });

  it('keeps a slash that belongs to a name', () => {
    expect([...keysOf(['https://h/x/station=a%2Fb%20c/1.parquet']).files.keys()]).toEqual([
      'station=a%2Fb%20c/1.parquet',
    ]);
    expect([...keysOf(['https://h/x/station=a%20b/1.parquet']).files.keys()]).toEqual(['station=a b/1.parquet']);
  });

  it('keeps files of several hosts apart', () => {
    const { files } = keysOf(['https://one/a.parquet', 'https://two/a.parquet']);
    expect([...files.keys()]).toEqual(['one/a.parquet', 'two/a.parquet']);
  });
});

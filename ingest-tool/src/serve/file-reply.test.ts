import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideFileReply, type FileRequestHeaders } from './file-reply';

const modified = new Date('2026-01-02T03:04:05.678Z');
const facts = { size: 100, etag: '"abc"', modified };
const reply = (headers: FileRequestHeaders, size = 100): unknown => decideFileReply(headers, { ...facts, size });

describe('decideFileReply: ranges', () => {
  it.each([
    ['bytes=0-0', { status: 206, start: 0, end: 1 }],
    ['bytes=10-19', { status: 206, start: 10, end: 20 }],
    ['bytes=90-', { status: 206, start: 90, end: 100 }],
    ['bytes=90-1000', { status: 206, start: 90, end: 100 }],
    ['bytes=-8', { status: 206, start: 92, end: 100 }],
    ['bytes=-1000', { status: 206, start: 0, end: 100 }],
    ['Bytes=1-2', { status: 206, start: 1, end: 3 }],
    ['bytes=100-', { status: 416 }],
    ['bytes=-0', { status: 416 }],
    ['bytes=99999999999999999999-', { status: 416 }],
  ])('answers %s', (range, expected) => {
    expect(reply({ range })).toEqual(expected);
  });

  it.each(['bytes=5-2', 'bytes=-', 'bytes=a-b', 'items=0-1', 'bytes=0-1,5-6', '', 'bytes=0x1-5', 'bytes=-1-5'])(
    'sends the whole file for the malformed or multiple range "%s"',
    (range) => {
      expect(reply({ range })).toEqual({ status: 200, start: 0, end: 100 });
    },
  );

  it('has no satisfiable range in an empty file', () => {
    expect(reply({ range: 'bytes=0-' }, 0)).toEqual({ status: 416 });
    expect(reply({ range: 'bytes=-5' }, 0)).toEqual({ status: 416 });
    expect(reply({}, 0)).toEqual({ status: 200, start: 0, end: 0 });
  });

  it('never answers outside the file, whatever the header says', () => {
    const header = fc.oneof(
      fc.string(),
      fc.tuple(fc.string(), fc.string()).map(([a, b]) => `bytes=${a}-${b}`),
    );
    fc.assert(
      fc.property(header, fc.nat(200), (range, size) => {
        const decided = decideFileReply({ range }, { ...facts, size });
        if (decided.status !== 200 && decided.status !== 206) return;
        expect(decided.start).toBeGreaterThanOrEqual(0);
        expect(decided.end).toBeLessThanOrEqual(size);
        expect(decided.end).toBeGreaterThanOrEqual(decided.start);
      }),
    );
  });
});

describe('decideFileReply: preconditions', () => {
  const before = 'Fri, 02 Jan 2026 03:04:04 GMT';
  const same = 'Fri, 02 Jan 2026 03:04:05 GMT';

  it.each([
    ['a tag that fits', { 'if-none-match': '"abc"' }, 304],
    ['one of several tags, weak', { 'if-none-match': '"x", W/"abc"' }, 304],
    ['any tag', { 'if-none-match': '*' }, 304],
    ['another tag', { 'if-none-match': '"x"' }, 200],
    ['another tag, whatever the date', { 'if-none-match': '"x"', 'if-modified-since': same }, 200],
    ['no change since', { 'if-modified-since': same }, 304],
    ['a change since', { 'if-modified-since': before }, 200],
    ['a date that is none', { 'if-modified-since': 'yesterday' }, 200],
    ['the tag wanted', { 'if-match': '"abc"' }, 200],
    ['a weak tag wanted', { 'if-match': 'W/"abc"' }, 412],
    ['another tag wanted', { 'if-match': '"x"' }, 412],
    ['no change wanted', { 'if-unmodified-since': same }, 200],
    ['a change that was not wanted', { 'if-unmodified-since': before }, 412],
  ])('%s', (_, headers, status) => {
    expect(reply(headers)).toMatchObject({ status });
  });

  it.each([
    ['"abc"', 206],
    ['W/"abc"', 200],
    ['"old"', 200],
    [same, 206],
    [before, 200],
  ])('If-Range %s answers %d', (ifRange, status) => {
    expect(reply({ range: 'bytes=0-1', 'if-range': ifRange })).toMatchObject({ status });
  });
});

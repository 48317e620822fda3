import { describe, expect, it } from 'vitest';
import { corsRules, likelyStore } from './cors-rules';

const RULES = corsRules('https://lab.example');

describe('corsRules', () => {
  it('give each store a rule for this origin only, for reading only', () => {
    for (const { text } of RULES) {
      expect(text).toContain('https://lab.example');
      expect(text).not.toMatch(/PUT|POST|DELETE|"\*"\]?,?\s*"AllowedMethods/);
    }
  });

  it.each(['aws', 'r2'])('are valid JSON for %s', (id) => {
    const text = RULES.find((rule) => rule.id === id)?.text ?? '';
    expect(JSON.parse(text)).toMatchObject([
      {
        AllowedOrigins: ['https://lab.example'],
        AllowedMethods: ['GET'],
        ExposeHeaders: ['ETag', 'Content-Length', 'Content-Range'],
      },
    ]);
    expect(text).toContain('"ExposeHeaders": ["ETag", "Content-Length", "Content-Range"]');
  });

  it('are valid JSON for Google', () => {
    const text = RULES.find(({ id }) => id === 'google')?.text ?? '';
    expect(JSON.parse(text)).toMatchObject([{ origin: ['https://lab.example'], method: ['GET'] }]);
  });
});

describe('likelyStore', () => {
  it.each([
    ['s3://ocean/lake', 'aws'],
    ['https://ocean.s3.eu-west-1.amazonaws.com/', 'aws'],
    ['s3://ocean/lake?endpoint=https://x.r2.cloudflarestorage.com', 'r2'],
    ['gs://ocean/lake', 'google'],
    ['http://localhost:9000/ocean/', 'minio'],
    ['https://data.example.org/lake/', 'nginx'],
  ])('takes %s for %s', (address, id) => {
    expect(likelyStore(address)).toBe(id);
  });
});

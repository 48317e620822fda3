import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import securityHeaders from '../../../security-headers.json';

const netlify = readFileSync(new URL('../../../netlify.toml', import.meta.url), 'utf8');

describe('the security headers', () => {
  it.each(Object.entries(securityHeaders))('are the same on Netlify: %s', (name, value) => {
    expect(netlify).toContain(`    ${name} = "${value}"\n`);
  });

  it('allow neither scripts from elsewhere nor eval', () => {
    const policy = securityHeaders['Content-Security-Policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(policy).not.toContain("'unsafe-eval'");
  });
});

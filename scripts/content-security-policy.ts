import type { Plugin } from 'vite';
import securityHeaders from '../security-headers.json' with { type: 'json' };

/**
 * Writes the policy of security-headers.json into the built page, for hosts that send no headers of their own. Without
 * `frame-ancestors`, which browsers take from a header only and complain of elsewhere.
 */
export function contentSecurityPolicy(): Plugin {
  const content = securityHeaders['Content-Security-Policy']
    .split(';')
    .map((directive) => directive.trim())
    .filter((directive) => !directive.startsWith('frame-ancestors'))
    .join('; ');
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: () => [
      { tag: 'meta', attrs: { 'http-equiv': 'Content-Security-Policy', content }, injectTo: 'head-prepend' },
      { tag: 'meta', attrs: { name: 'referrer', content: securityHeaders['Referrer-Policy'] }, injectTo: 'head' },
    ],
  };
}

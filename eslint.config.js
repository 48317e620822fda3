import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';

/** Globals and packages that would give the planning core I/O, a page or an engine of its own. */
const ioGlobals = [
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
  'Worker',
  'caches',
  'indexedDB',
  'window',
  'document',
  'navigator',
  'self',
];
const ioPackages = [
  '@duckdb/*',
  'apache-arrow',
  'parquet-wasm',
  'comlink',
  'maplibre-gl',
  '@observablehq/plot',
  'svelte',
  'svelte/*',
  'node:*',
];

const zone = (target, from, message) => ({ target, from, message });

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      'demo-lake/**',
      'test-results/**',
      'playwright-report/**',
      'public/**',
    ],
  },
  ...tseslint.configs.strict,
  ...svelte.configs['flat/recommended'],
  {
    languageOptions: { globals: { ...globals.browser, ...globals.node } },
    plugins: { 'import-x': importX },
    settings: {
      // Without these two the plugin parses no TypeScript, and sees no cycle.
      'import-x/extensions': ['.ts', '.js', '.mjs'],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/resolver-next': [createTypeScriptImportResolver({ project: ['tsconfig.json', 'tsconfig.node.json'] })],
    },
    rules: {
      'no-undef': 'off',
      eqeqeq: 'error',
      'no-console': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      'import-x/no-cycle': 'error',
      'import-x/no-default-export': 'error',
      'import-x/no-restricted-paths': [
        'error',
        {
          zones: [
            zone(
              './src/lake',
              './src/!(lake)',
              'src/lake is the pure planning core: it imports only itself and the lake contract.',
            ),
            zone('./src/stats', './src/!(stats)', 'src/stats is pure functions on typed arrays.'),
            zone(
              './src/queries',
              './src/!(queries|lake)',
              'src/queries describes analyses: SQL, parameters and drawing, nothing that runs.',
            ),
            zone(
              './src/sources',
              './src/!(sources|lake)',
              'src/sources adapts object stores and knows nothing above them.',
            ),
            zone('./src/views', './src/!(views|queries|lake|stats|workers)', 'src/views is data in, events out.'),
            zone('./src/export', './src/!(export|lake|workers)', 'src/export is rows in, bytes out.'),
            zone('./src/!(ui|main.ts)', './src/ui', 'Only the page itself imports the shell.'),
            zone('./src', './ingest-tool', 'The site and the command-line tool share only lake-format.'),
            zone('./ingest-tool', './src', 'The site and the command-line tool share only lake-format.'),
            zone('./lake-format', './src', 'The contract imports nobody.'),
            zone('./lake-format', './ingest-tool', 'The contract imports nobody.'),
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    files: ['src/lake/**/*.ts', 'src/stats/**/*.ts', 'src/queries/**/*.ts', 'lake-format/src/**/*.ts'],
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': ['error', ...ioGlobals],
      'no-restricted-imports': ['error', { patterns: ioPackages }],
    },
  },
  {
    files: ['*.config.{js,ts}', 'src/**/*.svelte'],
    rules: { 'import-x/no-default-export': 'off' },
  },
  {
    files: ['scripts/**', 'bench/**', 'test/**', 'ingest-tool/bin/**'],
    rules: { 'no-console': 'off' },
  },
);

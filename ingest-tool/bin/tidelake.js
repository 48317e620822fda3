#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(
    `tidelake needs Node 20.19 or newer; this is ${process.version}. Get it from https://nodejs.org\n`,
  );
  process.exit(2);
}
try {
  await import('../dist/main.js');
} catch (error) {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND' || !String(error.message).includes('dist/main.js')) throw error;
  process.stderr.write('tidelake is not built yet. Run: npm run build:cli\n');
  process.exit(2);
}

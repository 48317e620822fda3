/**
 * Adds to package-lock.json the optional packages of other platforms that a registry did not offer while the lock was
 * written. Without them `npm ci` refuses the lock on every platform. They get no integrity until npm has seen them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

const OPERATING_SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'loong64', 'ppc64', 'riscv64', 's390x', 'x64'];

/** The optional packages that some package names and the lock does not hold, as entries of the lock. */
export function missingOptionalPackages(lock) {
  const missing = {};
  for (const [parent, { optionalDependencies = {}, dev }] of Object.entries(lock.packages)) {
    for (const [name, version] of Object.entries(optionalDependencies)) {
      const places = [`${parent}/node_modules/${name}`, `node_modules/${name}`];
      if (places.some((place) => place in lock.packages)) continue;
      missing[`node_modules/${name}`] = {
        version,
        ...platformOf(name),
        ...(dev === true ? { dev } : {}),
        optional: true,
      };
    }
  }
  return missing;
}

/** Packages for one platform carry it in their name, such as `binding-linux-arm64-musl`. */
function platformOf(name) {
  const words = name.split(/[-.]/);
  const os = OPERATING_SYSTEMS.filter((word) => words.includes(word));
  const cpu = PROCESSORS.filter((word) => words.includes(word));
  const libc = os[0] === 'linux' ? [words.some((word) => word.startsWith('musl')) ? 'musl' : 'glibc'] : [];
  if (os.length !== 1 || cpu.length !== 1)
    throw new Error(`${name} does not say its platform. Add it to the lock by hand.`);
  return { cpu, os, ...(libc.length > 0 ? { libc } : {}) };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  const missing = missingOptionalPackages(lock);
  const { '': root, ...packages } = { ...lock.packages, ...missing };
  lock.packages = {
    '': root,
    ...Object.fromEntries(Object.entries(packages).sort(([a], [b]) => a.localeCompare(b, 'en'))),
  };
  writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
  console.log(`${Object.keys(missing).length} packages added`);
}

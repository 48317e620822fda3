import { execFile } from 'node:child_process';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';

/** Numbers of the system call renameat2 in Linux. */
const RENAMEAT2: Partial<Record<ReturnType<typeof arch>, number>> = {
  x64: 316,
  arm64: 276,
  arm: 382,
  riscv64: 276,
  loong64: 276,
  ppc64: 357,
  s390x: 347,
};

/** Exchanges two folders of one file system in one step, so that nobody finds either name without a folder. */
export type FolderExchange = (one: string, other: string) => Promise<void>;

/**
 * A way to exchange folders where a lake lies; undefined where there is none. Linux can since 3.15 (`renameat2` with
 * RENAME_EXCHANGE), but Node does not offer it: `mv` of coreutils 9.5, Perl, which every Debian has, and Python do.
 * @param scratch a folder on the file system in question, in which it is tried out
 */
export async function findExchange(scratch: string): Promise<FolderExchange | undefined> {
  if (platform() !== 'linux') return undefined;
  for (const { command, before } of commands()) {
    const exchange: FolderExchange = (one, other) => run(command, [...before, one, other]);
    if (await works(exchange, scratch)) return exchange;
  }
  return undefined;
}

/**
 * Ways to exchange two folders, best first. Perl and Python do nothing where the process that started them is gone: it was
 * killed, the next one may have made the exchange already, and a second would undo it.
 */
function commands(): { command: string; before: string[] }[] {
  const number = RENAMEAT2[arch()];
  const perl = `exit(getppid() == ${process.pid} && syscall(${number}, -100, $ARGV[0], -100, $ARGV[1], 2) == 0 ? 0 : 1)`;
  const python = [
    'import ctypes, os, sys',
    'one, other = map(os.fsencode, sys.argv[1:])',
    `sys.exit(os.getppid() != ${process.pid} or ctypes.CDLL(None).renameat2(-100, one, -100, other, 2) != 0)`,
  ];
  return [
    ...(number === undefined ? [] : [{ command: 'perl', before: ['-e', perl] }]),
    { command: 'python3', before: ['-c', python.join('\n')] },
    { command: 'mv', before: ['--exchange', '--no-target-directory'] },
  ];
}

function run(command: string, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(command, args, (error, _stdout, stderr) => {
      if (error === null) resolve();
      else reject(new Error(`${args.at(-2)} and ${args.at(-1)} could not be exchanged: ${stderr || error.message}`));
    });
  });
}

async function works(exchange: FolderExchange, scratch: string): Promise<boolean> {
  const [one, other] = [join(scratch, 'exchange-one'), join(scratch, 'exchange-other')];
  try {
    await mkdir(one, { recursive: true });
    await mkdir(other, { recursive: true });
    await writeFile(join(one, 'file'), '');
    await exchange(one, other);
    return (await readdir(other)).length === 1 && (await readdir(one)).length === 0;
  } catch {
    return false;
  } finally {
    await rm(one, { recursive: true, force: true });
    await rm(other, { recursive: true, force: true });
  }
}

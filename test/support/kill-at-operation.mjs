/**
 * Loaded before the tool (`node --import`): counts what a run does to the world beyond its memory, and kills it at one such
 * operation. `KILL_AT` is the operation's number from 1, `KILL_DELAY` the milliseconds to let pass after it has begun (it is
 * not begun where that is negative), `KILL_COUNT` a file for the number of operations of a run that came to its end.
 */
import childProcess from 'node:child_process';
import fs from 'node:fs';
import http from 'node:http';
import { syncBuiltinESMExports } from 'node:module';

const killAt = Number(process.env.KILL_AT ?? 0);
const delay = Number(process.env.KILL_DELAY ?? 0);
const countFile = process.env.KILL_COUNT;
let count = 0;

const die = () => process.kill(process.pid, 'SIGKILL');

/** Wraps a method so that each call is an operation. */
function watch(owner, name) {
  const own = owner[name];
  owner[name] = function (...args) {
    const isLast = ++count === killAt;
    if (isLast && delay < 0) die();
    const result = own.apply(this, args);
    if (isLast && delay === 0) {
      if (typeof result?.finally === 'function') return result.finally(die);
      die();
    } else if (isLast) setTimeout(die, delay);
    return result;
  };
}

for (const name of ['writeFile', 'appendFile', 'rename', 'link', 'unlink', 'rm', 'mkdir', 'copyFile', 'open']) {
  watch(fs.promises, name);
}
for (const name of ['writeFileSync', 'writeSync', 'renameSync', 'rmSync', 'unlinkSync', 'mkdirSync']) watch(fs, name);
const handle = await fs.promises.open(process.execPath);
const FileHandle = Object.getPrototypeOf(handle);
await handle.close();
for (const name of ['write', 'writeFile', 'sync', 'datasync']) watch(FileHandle, name);
count = 0;
watch(childProcess, 'execFile');
watch(http, 'request');
syncBuiltinESMExports();

if (countFile !== undefined) {
  const { writeFileSync } = fs;
  process.on('exit', () => writeFileSync(countFile, String(count)));
}

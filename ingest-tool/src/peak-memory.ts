import { readFileSync } from 'node:fs';

/**
 * The most memory this process has had, bytes. Linux counts into `maxRSS` what the parent had when it started the process,
 * which is not ours; its status file begins anew with the program.
 */
export function peakMemory(): number {
  if (process.platform === 'linux') {
    const found = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'));
    if (found?.[1] !== undefined) return Number(found[1]) * 1024;
  }
  return process.resourceUsage().maxRSS * 1024;
}

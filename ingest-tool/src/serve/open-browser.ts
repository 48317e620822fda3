import { spawn } from 'node:child_process';

/** Asks the desktop to show a URL. Where there is no desktop, nothing happens. */
export function openBrowser(url: string): void {
  const [command, ...rest] = browserCommand(process.platform, url);
  const child = spawn(command, rest, { stdio: 'ignore', detached: true });
  child.on('error', () => undefined);
  child.unref();
}

function browserCommand(platform: NodeJS.Platform, url: string): [string, ...string[]] {
  if (platform === 'darwin') return ['open', url];
  // `start` is a word of cmd.exe, and takes a first argument in quotes for the window's title.
  if (platform === 'win32') return ['cmd', '/c', 'start', '""', url.replaceAll('&', '^&')];
  return ['xdg-open', url];
}

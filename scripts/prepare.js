/** Installs the packages of the lockfile if they are missing. Uses only Node's own modules. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Runs a command in the project's root and shows its output; returns whether it succeeded. */
export function runs(command, args, options = {}) {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    shell: process.platform === 'win32',
    ...options,
  });
  return status === 0;
}

/** Ends the process with one clear line. */
export function giveUp(line) {
  console.error(`lr-lab: ${line}`);
  process.exit(1);
}

const readPackages = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;

/** Whether node_modules holds every package of the lockfile in its version. */
function dependenciesAreInstalled() {
  const record = `${root}node_modules/.package-lock.json`;
  if (!existsSync(record)) return false;
  const installed = readPackages(record);
  return Object.entries(readPackages(`${root}package-lock.json`)).every(
    ([path, { version, optional, peer }]) =>
      path === '' || optional || peer || installed[path]?.version === version,
  );
}

/** Ensures that Node is new enough and that the packages are installed. */
export function ensureDependencies() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    giveUp(`needs Node 20.19 or newer; this is ${process.versions.node}.`);
  }
  if (dependenciesAreInstalled()) return;
  console.log('lr-lab: installing packages …');
  // --include=dev: NODE_ENV=production would otherwise leave the build tools out.
  if (!runs('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'])) {
    giveUp('npm ci failed: the packages could not be installed (see above).');
  }
}

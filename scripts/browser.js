/** Finds a full Chromium (the headless shell has no WebGPU), and installs one only if none is found. */
import { existsSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { giveUp, runs } from './prepare.js';

const variable = 'LR_LAB_CHROMIUM';

const systemNames = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'microsoft-edge',
];

const systemPaths = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
];

const isFile = (path) => existsSync(path) && statSync(path).isFile();

function fromVariable() {
  const path = process.env[variable];
  if (!path) return undefined;
  return isFile(path) ? path : giveUp(`${variable} is "${path}"; accepted: the path of a file that exists.`);
}

async function fromPlaywright() {
  const { chromium } = await import('@playwright/test');
  const path = chromium.executablePath();
  return isFile(path) ? path : undefined;
}

function fromSystem() {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return systemNames
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .concat(systemPaths)
    .find(isFile);
}

async function downloadedByPlaywright() {
  console.log("lr-lab: no Chromium found; trying Playwright's download …");
  return runs('npx', ['playwright', 'install', 'chromium'], { timeout: 180_000 })
    ? fromPlaywright()
    : undefined;
}

function installedByPackageManager() {
  const mayInstall =
    process.platform === 'linux' && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  if (!mayInstall) return undefined;
  console.log('lr-lab: trying the system’s package manager …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  runs('apt-get', ['update'], { env });
  return runs('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { env })
    ? fromSystem()
    : undefined;
}

/** The path of a Chromium; also set in the environment for the processes that follow. */
export async function ensureBrowser() {
  const path =
    fromVariable() ??
    (await fromPlaywright()) ??
    fromSystem() ??
    (await downloadedByPlaywright()) ??
    installedByPackageManager() ??
    giveUp(`no Chromium found or installable: install Chromium or Chrome, or set ${variable} to its path.`);
  process.env[variable] = path;
  return path;
}

/**
 * Launch options for a headless Chromium with WebGPU: the machine's GPU with LR_LAB_GPU=1, otherwise the software
 * adapter of Chromium, so that every machine computes the same.
 */
export function launchOptions(executablePath = process.env[variable]) {
  const adapter = process.env.LR_LAB_GPU === '1' ? [] : ['--use-webgpu-adapter=swiftshader'];
  const root = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return {
    executablePath,
    args: ['--enable-unsafe-webgpu', ...adapter, '--disable-background-networking', ...root],
  };
}

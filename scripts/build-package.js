/**
 * `npm run build:package`: builds dist/package and cdn, which the package consists of, collects licences, and describes
 * the elements for editors and for JSX.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';
import { jsxModule, jsxTypes } from './jsx.js';
import { createManifest } from './manifest.js';
import {
  browserWorker,
  cdn,
  cdnFolder,
  fallbackBackends,
  modules,
  nodeWorker,
  packageFolder,
} from './package-builds.js';
import { giveUp, runs } from './prepare.js';

const packages = new Set();
for (const config of [
  modules({ packages }),
  nodeWorker({ packages }),
  ...cdn({ packages }),
  browserWorker({ packages }),
  ...fallbackBackends({ packages }),
])
  await build(config);
const licences = thirdParty();
for (const folder of [packageFolder, cdnFolder]) writeFileSync(join(folder, 'THIRD-PARTY.txt'), licences);
const manifest = createManifest();
writeFileSync(join(packageFolder, 'custom-elements.json'), `${JSON.stringify(manifest, null, 2)}\n`);
writeFileSync(join(packageFolder, 'jsx.d.ts'), jsxTypes(manifest));
writeFileSync(join(packageFolder, 'jsx.js'), jsxModule);
if (!runs('npx', ['--no-install', 'tsc', '--project', 'tsconfig.package.json']))
  giveUp('the declarations could not be written (see above).');

for (const name of readdirSync(packageFolder, { recursive: true })) {
  if (!name.endsWith('.d.ts')) continue;
  const file = join(packageFolder, name);
  writeFileSync(file, withoutDemands(readFileSync(file, 'utf8')));
}

/** Declarations that need no tf.js: without it, which the elements do not need, its types are unknown. */
function withoutDemands(declarations) {
  return declarations.replace(/^(import|export) [^;]*? from '@tensorflow\/[^']+';/gm, '// @ts-ignore\n$&');
}

/** The licences of all packages whose code is bundled. */
function thirdParty() {
  const notices = [...packages].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    const text = file ? readFileSync(join(folder, file), 'utf8').trim() : '';
    return `${name} ${version}: ${license}\n\n${text}`.trim();
  });
  return `Files of lr-lab contain code of these packages.\n\n${notices.join(`\n\n${'-'.repeat(80)}\n\n`)}\n`;
}

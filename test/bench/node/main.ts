/**
 * The benchmark in Node, on Dawn. Its folder runs by itself, on a machine that has only Node:
 * `node main.js [case …] [--rounds 5] [--seconds 2] [--contestants a,b]`. It writes the report to report.json in the same folder.
 */
import { writeFileSync } from 'node:fs';

import manifest from '../../../package.json' with { type: 'json' };
import dawn from '../dawn/package.json' with { type: 'json' };
import { approve, measure } from '../measure.js';
import { parseOptions } from '../options.js';
import { BenchProblem } from '../problem.js';
import { startPlayer } from './player.js';

try {
  const options = parseOptions(process.argv.slice(2));
  const report = await measure(options, {
    command: 'bench:gpu',
    open: (name) => Promise.resolve(startPlayer(name)),
    versions: {
      'webgpu (Dawn)': dawn.dependencies.webgpu,
      'tf.js': manifest.devDependencies['@tensorflow/tfjs'],
      'jax-js': manifest.devDependencies['@jax-js/jax'],
      Node: process.versions.node,
    },
  });
  writeFileSync(new URL('report.json', import.meta.url), JSON.stringify(report, undefined, 2));
  process.exit(approve(report) ? 0 : 1);
} catch (error) {
  console.error(error instanceof BenchProblem ? `lr-lab: ${error.message}` : error);
  process.exit(1);
}

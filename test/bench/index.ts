/** The parts of the benchmark that the scripts use. */
export { openPlayer } from './browser/player.js';
export { approve, measure } from './measure.js';
export { parseOptions } from './options.js';
export { BenchProblem } from './problem.js';
export { record } from './record.js';

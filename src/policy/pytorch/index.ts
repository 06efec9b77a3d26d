/** The pieces from which a PyTorch program is written. */
export { adjustmentLines } from './pytorch-adjustment.js';
export {
  adapter,
  entryCall,
  keepInitialLr,
  metricVariable,
  needsAdapter,
  needsMath,
  schedulerImports,
  startsOnPlateaus,
} from './pytorch-pieces.js';
export { call, indent, pythonNumber, render, settingsOf } from './python-writer.js';
export type { Call } from './python-writer.js';

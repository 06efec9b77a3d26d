import type { FromPyTorchOptions, PyTorchResult } from './from-pytorch.js';

/** `fromPyTorch`, once it is there. */
export type PyTorchReader = (code: string, options?: FromPyTorchOptions) => PyTorchResult;

/** Loads `fromPyTorch` when it is first needed: pages that only show schedules do without it. */
export async function loadPyTorchReader(): Promise<PyTorchReader> {
  const { fromPyTorch } = await import('./from-pytorch.js');
  return fromPyTorch;
}

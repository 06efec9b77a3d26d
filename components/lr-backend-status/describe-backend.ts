import type { BackendReport } from '../../src/lab/index.js';
import type { Terms } from '../locales/terms.js';

/** A backend in words. */
export interface BackendDescription {
  /** `good`: a GPU through WebGPU; `warning`: anything less. */
  tone: 'good' | 'warning';
  name: string;
  /** What the reader must see without opening anything: no GPU, or a fallback. Empty otherwise. */
  caveat: string;
  /** Full sentences. */
  sentences: string[];
  /** Undefined on the CPU, which has none. */
  adapter: string | undefined;
  /** What was tried before, and why it was refused. */
  refused: { name: string; reason: string }[];
}

/** Describes what trains, so that a software adapter or a fallback is visible. */
export function describeBackend(
  report: BackendReport,
  fallbackModel: boolean,
  terms: Terms['backend'],
): BackendDescription {
  const { name, software, adapter, refused } = report;
  const sentences: string[] = [];
  if (name === 'cpu') sentences.push(terms.cpu);
  else if (software) sentences.push(terms.software);
  else sentences.push(terms.hardware);
  if (name === 'webgl' && refused.length > 0) sentences.push(terms.webgl);
  if (fallbackModel) sentences.push(terms.fallbackModel);

  const caveats: string[] = [];
  if (name === 'cpu') caveats.push(terms.cpuShort);
  else if (software) caveats.push(terms.softwareShort);
  else if (refused.length > 0) caveats.push(terms.fallbackShort);

  return {
    tone: caveats.length === 0 ? 'good' : 'warning',
    name: terms.names[name],
    caveat: caveats.join(', '),
    sentences,
    adapter: name === 'cpu' ? undefined : adapter || terms.adapterUnknown,
    refused: refused.map((refusal) => ({ name: terms.names[refusal.name], reason: refusal.reason })),
  };
}

/** The place where a contestant trains: a page or a Node process of its own, with its own tf.js and device. */
import type { Contestant, ContestantName } from './contestant.js';
import { contestants } from './contestant.js';
import type { GpuCalls } from './count-gpu-calls.js';
import { gpuCallCounter } from './count-gpu-calls.js';
import { benchCaseNamed } from './networks.js';

/** The result of a run of steps. */
export interface Run {
  steps: number;
  /** From the first step's call until every loss has been read back. */
  seconds: number;
  /** The WebGPU calls of the whole run. */
  calls: GpuCalls;
  /** The loss of each step, if requested; otherwise the last one. */
  losses: readonly number[];
}

/** The adapter of the device. */
export interface AdapterWords {
  /** As it describes itself. */
  description: string;
  /** Whether it computes on the processor. */
  software: boolean;
}

/** The interface of a stand. */
export interface Stand {
  /** Undefined if there is none. */
  adapter(): Promise<AdapterWords | undefined>;
  /** Prepares the contestant for the case with this name. */
  start(caseName: string): Promise<void>;
  run(steps: number, options?: { everyLoss?: boolean }): Promise<Run>;
  /** Makes steps and counts nothing, which would slow every call of WebGPU. */
  train(steps: number): Promise<void>;
  /** Ends the case. */
  end(): Promise<void>;
}

async function describeAdapter(): Promise<AdapterWords | undefined> {
  // The types promise navigator.gpu; an old browser lacks it.
  const { gpu } = navigator as { gpu?: GPU };
  const adapter = await gpu?.requestAdapter({ powerPreference: 'high-performance' });
  if (!adapter) return undefined;
  const { vendor, architecture, device, description, isFallbackAdapter } = adapter.info;
  const words = [...new Set([vendor, architecture, device, description])].filter(Boolean).join(', ');
  return { description: words, software: isFallbackAdapter || /swiftshader|llvmpipe|software/i.test(words) };
}

/** The stand of one contestant. */
export function createStand(name: ContestantName): Stand {
  const counter = gpuCallCounter();
  let contestant: Contestant | undefined;
  // Without a step, a run measures the cost of the measurement.
  const make = async (steps: number): Promise<readonly number[]> => {
    if (!contestant) throw new Error('no case has been started.');
    return steps > 0 ? await contestant.run(steps) : [];
  };
  return {
    adapter: describeAdapter,
    async start(caseName) {
      const enter = await contestants[name]();
      contestant = await enter(benchCaseNamed(caseName));
    },
    async run(steps, { everyLoss = false } = {}) {
      counter.start();
      const begin = performance.now();
      const losses = await make(steps);
      const seconds = (performance.now() - begin) / 1000;
      return { steps, seconds, calls: counter.stop(), losses: everyLoss ? losses : losses.slice(-1) };
    },
    async train(steps) {
      await make(steps);
    },
    async end() {
      await contestant?.dispose();
      contestant = undefined;
    },
  };
}

/** Where a contestant trains: a page, or a process of Node, that it has for itself — own tf.js, own device. */
import type { Contestant, ContestantName } from './contestant.js';
import { contestants } from './contestant.js';
import type { GpuCalls } from './count-gpu-calls.js';
import { countGpuCalls } from './count-gpu-calls.js';
import { benchCaseNamed } from './networks.js';

/** How a run of steps went. */
export interface Run {
  steps: number;
  /** From the first step's call until every loss was back. */
  seconds: number;
  /** What the whole run asked of WebGPU. */
  calls: GpuCalls;
  /** The loss of each step, where they were asked for; otherwise the last one. */
  losses: readonly number[];
}

/** The adapter that a device would come from. */
export interface AdapterWords {
  /** In its own words. */
  description: string;
  /** Whether it is no GPU. */
  software: boolean;
}

/** What can be asked of a stand from outside. */
export interface Stand {
  /** Undefined where there is none. */
  adapter(): Promise<AdapterWords | undefined>;
  /** Makes the contestant ready for the case of that name. */
  start(caseName: string): Promise<void>;
  run(steps: number, options?: { everyLoss?: boolean }): Promise<Run>;
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
  const counter = countGpuCalls();
  let contestant: Contestant | undefined;
  return {
    adapter: describeAdapter,
    async start(caseName) {
      const enter = await contestants[name]();
      contestant = await enter(benchCaseNamed(caseName));
    },
    async run(steps, { everyLoss = false } = {}) {
      if (!contestant) throw new Error('no case has been started.');
      counter.reset();
      const begin = performance.now();
      // With no step this measures what measuring costs.
      const losses = steps > 0 ? await contestant.run(steps) : [];
      const seconds = (performance.now() - begin) / 1000;
      return { steps, seconds, calls: counter.read(), losses: everyLoss ? losses : losses.slice(-1) };
    },
    async end() {
      await contestant?.dispose();
      contestant = undefined;
    },
  };
}

/** The golden cases of test/golden/schedulers; the README there describes them. */
import { readdirSync, readFileSync } from 'node:fs';
import type { StateDict, StateValue } from '../../../src/schedulers/index.js';

export type GoldenGroup = Record<string, number | [number, number]>;

export interface GoldenOptimizer {
  type: string;
  groups: GoldenGroup[];
}

export interface GoldenScheduler {
  name: string;
  params: Record<string, unknown>;
  children?: GoldenScheduler[];
  own_optimizer?: GoldenOptimizer;
}

interface CaseBase {
  id: string;
  tags?: string[];
  optimizer: GoldenOptimizer;
}

export interface Edit {
  before_step: number;
  group?: number;
  lr?: number;
  add_group?: GoldenGroup;
}

export interface RunCase extends CaseBase {
  kind: 'run';
  scheduler: GoldenScheduler;
  steps: number;
  metrics?: (number | string)[];
  epochs?: (number | null)[];
  edits?: Edit[];
  group_overrides?: GoldenGroup[];
  groups_after_construct?: GoldenGroup[];
  trace?: number[][];
  momentum_trace?: number[][];
  get_last_lr?: number[];
  state_dict?: StateDict;
  error?: { type: string; message: string; at: 'construct' | 'step'; step_index?: number };
  lr_after_error?: number[];
}

export interface ParallelCase extends CaseBase {
  kind: 'parallel';
  schedulers: GoldenScheduler[];
  steps: number;
  metrics?: (number | string)[];
  trace: number[][];
  get_last_lr: number[][];
  state_dicts: StateDict[];
}

export interface SwapPart {
  scheduler: GoldenScheduler;
  steps: number;
  metrics?: (number | string)[];
}

export interface SwapCase extends CaseBase {
  kind: 'swap';
  initial_lr: 'kept' | 'deleted' | 'deleted_and_lr_reset';
  first: SwapPart;
  second: SwapPart;
  groups_after_first: GoldenGroup[];
  groups_after_swap: GoldenGroup[];
  base_lrs_after_swap: number[] | null;
  trace_first: number[][];
  trace_second: number[][];
  momentum_trace_first?: number[][];
  momentum_trace_second?: number[][];
  state_dict: StateDict;
}

export interface ResumeCase extends CaseBase {
  kind: 'resume';
  scheduler: GoldenScheduler;
  steps: number;
  save_after: number;
  metrics?: (number | string)[];
  order:
    | 'construct_then_load_both'
    | 'optimizer_first'
    | 'scheduler_only'
    | 'optimizer_then_last_epoch'
    | 'optimizer_then_last_epoch_minus_1';
  saved_state_dict: StateDict;
  saved_groups: GoldenGroup[];
  trace_uninterrupted: number[][];
  trace_resumed: number[][];
  momentum_trace_uninterrupted?: number[][];
  momentum_trace_resumed?: number[][];
}

export interface WarningCase extends CaseBase {
  kind: 'warning';
  scheduler: GoldenScheduler;
  calls: string[];
  warnings: { call: number; category: string; message: string }[];
  lr_after: number[];
}

export type GoldenCase = RunCase | ParallelCase | SwapCase | ResumeCase | WarningCase;

const folder = new URL('../../golden/schedulers/', import.meta.url);

/** The names of the golden files, without their extension. */
export const goldenFiles: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length))
  .sort();

/** The cases of one golden file. */
export function goldenCases(file: string): GoldenCase[] {
  return JSON.parse(readFileSync(new URL(`${file}.json`, folder), 'utf8')) as GoldenCase[];
}

/** Converts the texts for NaN and the infinities in a golden file to numbers. */
export function decoded(value: StateValue): StateValue {
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value);
  if (Array.isArray(value)) return value.map(decoded);
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, decoded(item)]));
  }
  return value;
}

/** Replays the traces recorded from PyTorch: every learning rate, every state dict, every error, every warning. */
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  formatStateDict,
  parseStateDict,
  SchedulerError,
  setWarningHandler,
  type ComposableScheduler,
  type SchedulerWarning,
  type StateDict,
  type WarningHandler,
} from '../../../src/schedulers/index.js';
import {
  decoded,
  goldenCases,
  goldenFiles,
  type GoldenCase,
  type ParallelCase,
  type ResumeCase,
  type RunCase,
  type SwapCase,
  type SwapPart,
  type WarningCase,
} from './golden-case.js';
import { buildScheduler, FakeOptimizer, goldenGroup, groupOf, metricOf } from './golden-replay.js';

let warnings: SchedulerWarning[] = [];
let previousHandler: WarningHandler;

beforeEach(() => {
  warnings = [];
  previousHandler = setWarningHandler((warning) => warnings.push(warning));
});
afterEach(() => void setWarningHandler(previousHandler));

/** The comparisons so far, reported at the end. */
const compared = { numbers: 0, identical: 0, worst: 0 };

afterAll(() => {
  const { numbers, identical, worst } = compared;
  console.log(
    `${goldenFiles.flatMap(goldenCases).length} recorded cases: ${numbers} numbers compared, ${identical} identical to the last bit, ` +
      `worst relative error ${worst.toExponential(1)}`,
  );
});

/** Fails unless two values are equal, numbers within the difference of C's and V8's maths libraries. */
function expectAlike(actual: unknown, expected: unknown, path: string): void {
  if (typeof expected === 'number' && typeof actual === 'number' && Number.isFinite(expected)) {
    const difference = Math.abs(actual - expected);
    compared.numbers++;
    if (difference === 0) compared.identical++;
    else if (expected !== 0) compared.worst = Math.max(compared.worst, difference / Math.abs(expected));
    expect(difference, `${path}: ${actual} is not ${expected}`).toBeLessThanOrEqual(
      1e-10 * Math.abs(expected) + 1e-14,
    );
  } else if (typeof expected === 'object' && expected !== null) {
    expect(typeof actual, path).toBe('object');
    expect(Object.keys(actual as object).sort(), `keys of ${path}`).toEqual(Object.keys(expected).sort());
    for (const [key, value] of Object.entries(expected)) {
      expectAlike((actual as Record<string, unknown>)[key], value, `${path}.${key}`);
    }
  } else {
    expect(actual, path).toEqual(expected);
  }
}

function expectState(scheduler: ComposableScheduler, expected: StateDict): void {
  expectAlike(scheduler.stateDict(), decoded(expected), 'state_dict');
}

/** Records learning rates and momenta after each event, in the shape of the golden traces. */
class Recorder {
  readonly trace: number[][] = [];
  readonly momentumTrace: number[][] = [];
  private readonly optimizer: FakeOptimizer;

  constructor(optimizer: FakeOptimizer) {
    this.optimizer = optimizer;
    this.record();
  }

  record(): void {
    this.trace.push(this.optimizer.lrs());
    this.momentumTrace.push(this.optimizer.momentums());
  }

  expectTraces(trace: number[][], momentumTrace: number[][] | undefined, name = 'trace'): void {
    expectAlike(this.trace, trace, name);
    if (momentumTrace) expectAlike(this.momentumTrace, momentumTrace, `momentum ${name}`);
  }
}

function failureOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}

function expectFailure(failure: unknown, expected: NonNullable<RunCase['error']>): void {
  expect(failure, `where PyTorch raises ${expected.type}: ${expected.message}`).toBeInstanceOf(
    SchedulerError,
  );
  const { pythonError, message } = failure as SchedulerError;
  expect(pythonError, message).toBe(expected.type);
}

function replayRun(golden: RunCase): void {
  const { error, epochs, metrics } = golden;
  const optimizer = new FakeOptimizer(golden.optimizer);
  golden.group_overrides?.forEach((group, index) =>
    Object.assign(optimizer.paramGroups[index], groupOf('Adagrad', group)),
  );
  const given: unknown = error?.message === 'object is not an Optimizer' ? {} : optimizer;
  if (error?.at === 'construct') {
    expectFailure(
      failureOf(() => buildScheduler(golden.scheduler, given as FakeOptimizer)),
      error,
    );
    return;
  }

  const scheduler = buildScheduler(golden.scheduler, optimizer);
  expectAlike(
    optimizer.paramGroups.map(goldenGroup),
    golden.groups_after_construct,
    'groups_after_construct',
  );
  const recorder = new Recorder(optimizer);
  expectAlike(scheduler.getLastLr(), optimizer.lrs(), 'getLastLr after construction');
  for (let step = 0; step < (error?.step_index ?? golden.steps); step++) {
    applyEdits(golden, optimizer, step);
    optimizer.step();
    scheduler.step(metrics ? metricOf(metrics[step]) : epochs?.[step]);
    recorder.record();
    expectAlike(scheduler.getLastLr(), optimizer.lrs(), `getLastLr after step ${step}`);
  }
  if (error) {
    const step = error.step_index ?? 0;
    applyEdits(golden, optimizer, step);
    optimizer.step();
    expectFailure(
      failureOf(() => scheduler.step(metrics ? metricOf(metrics[step]) : epochs?.[step])),
      error,
    );
    if (golden.tags?.includes('partial-update')) {
      expect(optimizer.lrs().slice(0, -1)).toEqual(
        recorder.trace.at(-1)?.slice(0, optimizer.lrs().length - 1),
      );
    } else expectAlike(optimizer.lrs(), golden.lr_after_error, 'lr_after_error');
  }
  recorder.expectTraces(golden.trace!, golden.momentum_trace);
  expectAlike(scheduler.getLastLr(), golden.get_last_lr, 'get_last_lr');
  expectState(scheduler, golden.state_dict!);
}

function applyEdits({ edits = [] }: RunCase, optimizer: FakeOptimizer, step: number): void {
  for (const edit of edits.filter((candidate) => candidate.before_step === step)) {
    if (edit.add_group) optimizer.addGroup(edit.add_group);
    else optimizer.paramGroups[edit.group!].lr = edit.lr!;
  }
}

function replayParallel(golden: ParallelCase): void {
  const optimizer = new FakeOptimizer(golden.optimizer);
  const schedulers = golden.schedulers.map((scheduler) => buildScheduler(scheduler, optimizer));
  const recorder = new Recorder(optimizer);
  for (let step = 0; step < golden.steps; step++) {
    optimizer.step();
    for (const scheduler of schedulers) {
      scheduler.step(scheduler.takesMetric ? metricOf(golden.metrics![step]) : undefined);
    }
    recorder.record();
  }
  recorder.expectTraces(golden.trace, undefined);
  schedulers.forEach((scheduler, index) => {
    expectAlike(scheduler.getLastLr(), golden.get_last_lr[index], `get_last_lr ${index}`);
    expectState(scheduler, golden.state_dicts[index]);
  });
}

function runPart(
  part: SwapPart,
  optimizer: FakeOptimizer,
): { scheduler: ComposableScheduler; recorder: Recorder } {
  const scheduler = buildScheduler(part.scheduler, optimizer);
  const recorder = new Recorder(optimizer);
  for (let step = 0; step < part.steps; step++) {
    optimizer.step();
    scheduler.step(part.metrics ? metricOf(part.metrics[step]) : undefined);
    recorder.record();
  }
  return { scheduler, recorder };
}

function replaySwap(golden: SwapCase): void {
  const optimizer = new FakeOptimizer(golden.optimizer);
  const first = runPart(golden.first, optimizer);
  first.recorder.expectTraces(golden.trace_first, golden.momentum_trace_first, 'trace_first');
  expectAlike(optimizer.paramGroups.map(goldenGroup), golden.groups_after_first, 'groups_after_first');

  optimizer.paramGroups.forEach((group, index) => {
    if (golden.initial_lr !== 'kept') delete group.initialLr;
    if (golden.initial_lr === 'deleted_and_lr_reset') group.lr = golden.optimizer.groups[index].lr as number;
  });
  const probe = new FakeOptimizer({
    type: golden.optimizer.type,
    groups: optimizer.paramGroups.map(goldenGroup),
  });
  const swapped = buildScheduler(golden.second.scheduler, probe);
  expectAlike(probe.paramGroups.map(goldenGroup), golden.groups_after_swap, 'groups_after_swap');
  const baseLrs = 'baseLrs' in swapped ? swapped.baseLrs : null;
  expectAlike(baseLrs, golden.base_lrs_after_swap, 'base_lrs_after_swap');

  const second = runPart(golden.second, optimizer);
  second.recorder.expectTraces(golden.trace_second, golden.momentum_trace_second, 'trace_second');
  expectState(second.scheduler, golden.state_dict);
}

function replayResume(golden: ResumeCase): void {
  const { metrics, steps, save_after: saveAfter, order } = golden;
  const stepTo = (
    scheduler: ComposableScheduler,
    optimizer: FakeOptimizer,
    recorder: Recorder,
    from: number,
  ) => {
    for (let step = from; step < steps; step++) {
      optimizer.step();
      scheduler.step(metrics ? metricOf(metrics[step]) : undefined);
      recorder.record();
      if (step + 1 === saveAfter) {
        expectState(scheduler, golden.saved_state_dict);
        expectAlike(optimizer.paramGroups.map(goldenGroup), golden.saved_groups, 'saved_groups');
      }
    }
  };
  const optimizer = new FakeOptimizer(golden.optimizer);
  const scheduler = buildScheduler(golden.scheduler, optimizer);
  const uninterrupted = new Recorder(optimizer);
  stepTo(scheduler, optimizer, uninterrupted, 0);
  uninterrupted.expectTraces(
    golden.trace_uninterrupted,
    golden.momentum_trace_uninterrupted,
    'uninterrupted',
  );

  // The state passes through a file, written by Python's json.dump.
  const state = parseStateDict(formatStateDict(decoded(golden.saved_state_dict) as StateDict));
  const freshOptimizer = new FakeOptimizer(golden.optimizer);
  let fresh: ComposableScheduler;
  if (order === 'construct_then_load_both' || order === 'scheduler_only') {
    fresh = buildScheduler(golden.scheduler, freshOptimizer);
    if (order === 'construct_then_load_both') freshOptimizer.load(golden.saved_groups);
    fresh.loadStateDict(state);
  } else {
    freshOptimizer.load(golden.saved_groups);
    if (order === 'optimizer_first') {
      fresh = buildScheduler(golden.scheduler, freshOptimizer);
      fresh.loadStateDict(state);
    } else {
      const lastEpoch = order === 'optimizer_then_last_epoch' ? saveAfter : saveAfter - 1;
      fresh = buildScheduler(golden.scheduler, freshOptimizer, { lastEpoch });
    }
  }
  const resumed = new Recorder(freshOptimizer);
  stepTo(fresh, freshOptimizer, resumed, saveAfter);
  resumed.expectTraces(golden.trace_resumed, golden.momentum_trace_resumed, 'resumed');
}

function replayWarnings(golden: WarningCase): void {
  const optimizer = new FakeOptimizer(golden.optimizer);
  const scheduler = buildScheduler(golden.scheduler, optimizer);
  const given = golden.calls.flatMap((call, index) => {
    warnings = [];
    const epoch = /^scheduler\.step\((\d+)\)$/.exec(call);
    if (call === 'optimizer.step') optimizer.step();
    else if (call === 'override optimizer.step') optimizer.step = () => undefined;
    else if (call === 'scheduler.step') scheduler.step();
    else if (epoch) scheduler.step(Number(epoch[1]));
    else if (call === 'scheduler.get_lr') (scheduler as ComposableScheduler & { getLr(): number[] }).getLr();
    else throw new Error(`Unknown call ${call}`);
    return warnings.map((warning) => ({
      call: index,
      category: warning.category,
      opening: opening(warning.message),
    }));
  });
  const expected = golden.warnings.map(({ call, category, message }) => ({
    call,
    category,
    opening: opening(message),
  }));
  expect(given).toEqual(expected);
  expectAlike(optimizer.lrs(), golden.lr_after, 'lr_after');
}

/** The first sentence of a warning, which is PyTorch's. */
function opening(message: string): string {
  return message.split(/\. |\.$/)[0];
}

function replay(golden: GoldenCase): void {
  if (golden.kind === 'run') replayRun(golden);
  else if (golden.kind === 'parallel') replayParallel(golden);
  else if (golden.kind === 'swap') replaySwap(golden);
  else if (golden.kind === 'resume') replayResume(golden);
  else replayWarnings(golden);
}

// PyTorch refuses a float for an integer, and an integer for a float; JavaScript has one kind of number.
const acceptedHere = [
  'errors/046-onecycle-total-integral-float',
  'errors/055-onecycle-pct-int',
  'errors/064-warmrestarts-T0-integral-float',
];

// The recorded value depends on the rounding of C's logarithm; here the restart comes where further steps bring it.
const roundedInC = 'CosineAnnealingWarmRestarts/014-boundary-epoch-log-rounding';

const repeated = goldenFiles.map((file) => {
  const cases = goldenCases(file).filter(({ id }) => !acceptedHere.includes(id) && id !== roundedInC);
  return { file, cases };
});

describe.each(repeated)('the golden traces of $file', ({ cases }) => {
  it.each(cases)('are repeated exactly: $id', replay);
});

describe('the golden traces of Python’s number types', () => {
  const goldenRun = (id: string) =>
    goldenCases(id.startsWith('errors/') ? 'errors' : 'CosineAnnealingWarmRestarts').find(
      (golden) => golden.id === id,
    ) as RunCase;

  it.each(acceptedHere)('are accepted, because JavaScript has one number type: %s', (id) => {
    const golden = goldenRun(id);
    expect(() => buildScheduler(golden.scheduler, new FakeOptimizer(golden.optimizer))).not.toThrow();
  });

  it('restart exactly after 1 + 3 + 9 + 27 + 81 = 121 epochs, as single steps do', () => {
    const golden = goldenRun(roundedInC);
    const jumping = new FakeOptimizer(golden.optimizer);
    buildScheduler(golden.scheduler, jumping).step(121);
    const walking = new FakeOptimizer(golden.optimizer);
    const scheduler = buildScheduler(golden.scheduler, walking);
    for (let step = 0; step < 121; step++) scheduler.step();
    expect(jumping.lrs()).toEqual(walking.lrs());
    expect(jumping.lrs()).toEqual(golden.optimizer.groups.map((group) => group.lr));
  });

  it('are at most four', () => {
    const all = goldenFiles.flatMap(goldenCases);
    expect(all).toHaveLength(701);
    expect(repeated.flatMap(({ cases }) => cases)).toHaveLength(697);
  });
});

import { describe, expect, test } from 'vitest';
import * as schedulers from '../../../src/schedulers/index.js';
import { parseStateDict, SchedulerError, setWarningHandler } from '../../../src/schedulers/index.js';

type Constructor = new (...given: unknown[]) => unknown;

/** The required option of each scheduler, and undefined for those that need none. */
const required: Readonly<Record<string, string | undefined>> = {
  ChainedScheduler: 'a list of at least one scheduler',
  ConstantLR: undefined,
  CosineAnnealingLR: 'tMax must be a number',
  CosineAnnealingWarmRestarts: 't0 must be an integer',
  CyclicLR: 'baseLr must be a number',
  ExponentialLR: 'gamma must be a number',
  LambdaLR: 'lrLambda',
  LinearLR: undefined,
  MultiplicativeLR: 'lrLambda',
  MultiStepLR: 'milestones must be a list of numbers',
  OneCycleLR: 'totalSteps',
  PolynomialLR: undefined,
  ReduceLROnPlateau: undefined,
  SequentialLR: 'a list of at least one scheduler',
  StepLR: 'stepSize must be a number',
  SWALR: 'swaLr must be a number',
};

const classes = schedulers as unknown as Readonly<Record<string, Constructor>>;

function errorOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe.each(Object.entries(required))('%s', (name, message) => {
  const isChained = name === 'ChainedScheduler';
  const build = (...options: unknown[]): unknown => {
    const optimizer = { paramGroups: [{ lr: 0.1, momentum: 0.9 }] };
    return errorOf(() =>
      isChained ? new classes[name](...options) : new classes[name](optimizer, ...options),
    );
  };

  test('without options names the first that is required', () => {
    const error = build();
    if (message === undefined) expect(error).toBeUndefined();
    else {
      expect(error).toBeInstanceOf(SchedulerError);
      expect(String(error)).toContain(message);
    }
  });

  test('refuses a number in the place of the options', () => {
    expect(build(30)).toMatchObject({ code: 'invalid-option', received: '30', accepted: 'an object' });
  });

  test('without an optimizer says what one is', () => {
    expect(errorOf(() => new classes[name](undefined, undefined))).toBeInstanceOf(SchedulerError);
  });
});

test('a state dict that is no text, and a handler that is no function, are refused', () => {
  expect(errorOf(() => parseStateDict(undefined as unknown as string))).toMatchObject({
    code: 'invalid-state',
  });
  expect(errorOf(() => setWarningHandler(30 as unknown as () => void))).toMatchObject({
    message: 'setWarningHandler: the handler must be a function, but got 30.',
  });
});

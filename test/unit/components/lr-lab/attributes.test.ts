import { describe, expect, it } from 'vitest';
import {
  aboutAttribute,
  checkAutostart,
  configFromAttributes,
  isSameValue,
  type GivenValues,
} from '../../../../components/lr-lab/attributes.js';
import { defaultConfig } from '../../../../src/lab/index.js';
import { normalisePolicy } from '../../../../src/policy/index.js';
import { refusalOf } from '../../expect-refusal.js';

/** The problem that the element shows for these attributes. */
const problemOf = (texts: GivenValues) => refusalOf(() => void configFromAttributes(texts));

describe('the attributes of <lr-lab>', () => {
  it('set nothing when none is present', () => {
    expect(configFromAttributes({})).toEqual({});
    expect(configFromAttributes({ lr: null, dataset: undefined })).toEqual({});
  });

  it('are read as names, numbers and lists', () => {
    expect(
      configFromAttributes({
        dataset: 'mnist',
        classes: '3 8',
        model: ' tiny ',
        backend: 'cpu',
        'batch-size': '32',
        epochs: '5',
        'steps-per-epoch': '10',
        seed: '0',
      }),
    ).toEqual({
      dataset: 'mnist',
      classes: [3, 8],
      model: 'tiny',
      backend: 'cpu',
      batchSize: 32,
      epochs: 5,
      stepsPerEpoch: 10,
      seed: 0,
    });
  });

  it('separate classes by spaces and commas', () => {
    expect(configFromAttributes({ classes: '0, 1,2' })).toEqual({ classes: [0, 1, 2] });
  });

  it('keep the default optimizer when only the rate is given', () => {
    expect(configFromAttributes({ lr: '1e-2' })).toEqual({
      optimizer: { type: 'SGD', lr: 0.01, momentum: 0.9 },
    });
  });

  it('give a named optimizer PyTorch’s defaults', () => {
    expect(configFromAttributes({ optimizer: 'SGD' })).toEqual({ optimizer: { type: 'SGD', lr: 0.1 } });
    expect(configFromAttributes({ optimizer: 'Adam' })).toEqual({ optimizer: { type: 'Adam', lr: 0.001 } });
  });

  it('accept an optimizer with options as JSON, whose rate lr overrides', () => {
    const optimizer = '{ "type": "Adam", "lr": 0.5, "betas": [0.8, 0.99] }';
    expect(configFromAttributes({ optimizer, lr: '0.02' })).toEqual({
      optimizer: { type: 'Adam', lr: 0.02, betas: [0.8, 0.99] },
    });
  });

  it('pass an unknown name on to the Lab, which checks it', () => {
    expect(configFromAttributes({ model: 'resnet', optimizer: 'Adamax' })).toEqual({
      model: 'resnet',
      optimizer: { type: 'Adamax', lr: 0.1 },
    });
  });

  it('accept a policy as JSON', () => {
    expect(configFromAttributes({ policy: '{ "type": "StepLR", "stepSize": 3 }' })).toEqual({
      policy: [{ scheduler: { type: 'StepLR', stepSize: 3 }, interval: 'epoch', frequency: 1 }],
    });
  });

  it('fit a preset to the length of the run', () => {
    const { policy } = configFromAttributes({ policy: 'cosine', epochs: '7' });
    expect(policy).toEqual([
      { scheduler: { type: 'CosineAnnealingLR', tMax: 7 }, interval: 'epoch', frequency: 1 },
    ]);
  });

  it.each(['abc', '', '  ', '0x10', '1,5', 'NaN', '0.1abc'])(
    'refuse lr="%s" with the value received',
    (lr) => {
      expect(problemOf({ lr })).toMatchObject({
        code: 'config-value',
        path: 'lr',
        received: `"${lr}"`,
        accepted: 'number',
      });
    },
  );

  it('refuse a list of classes without a number', () => {
    expect(problemOf({ classes: 'three eight' })).toMatchObject({
      path: 'classes',
      received: '"three eight"',
    });
    expect(problemOf({ classes: '' })).toMatchObject({ path: 'classes', received: '""' });
  });

  it('refuse an optimizer that is not valid JSON', () => {
    expect(problemOf({ optimizer: '{ type: SGD }' })).toMatchObject({ path: 'optimizer' });
  });

  it('refuse an unknown preset and list the known ones', () => {
    const problem = problemOf({ policy: 'cosinus' });
    expect(problem).toMatchObject({ path: 'policy', received: '"cosinus"' });
    expect(problem.accepted).toContain('"warmup-cosine"');
  });

  it('refuse an invalid policy with every issue in it', () => {
    const problem = problemOf({ policy: '{ "type": "StepLR", "stepSize": 0, "gama": 1 }' });
    expect(problem.code).toBe('policy');
    expect(problem.issues?.map(({ code }) => code).toSorted()).toEqual(['range', 'unknown-key']);
  });
});

describe('changed attributes', () => {
  it('affect only what they name', () => {
    expect(configFromAttributes({ seed: '3', lr: '0.5' }, ['seed'])).toEqual({ seed: 3 });
  });

  it('change only the rate of the current optimizer', () => {
    const present = { ...defaultConfig, optimizer: { type: 'Adam', lr: 0.1, betas: [0.8, 0.9] } } as const;
    const changes = configFromAttributes({ lr: '0.2' }, ['lr'], {
      ...present,
      optimizer: { ...present.optimizer, betas: [0.8, 0.9] },
    });
    expect(changes).toEqual({ optimizer: { type: 'Adam', lr: 0.2, betas: [0.8, 0.9] } });
  });

  it('restore the defaults when they are removed', () => {
    expect(configFromAttributes({}, ['model', 'classes', 'seed', 'lr', 'policy'])).toEqual({
      model: undefined,
      classes: undefined,
      seed: defaultConfig.seed,
      optimizer: defaultConfig.optimizer,
      policy: defaultConfig.policy,
    });
  });
});

describe('the properties of <lr-lab>', () => {
  const policy = { type: 'StepLR', stepSize: 3 } as const;

  it('accept numbers, lists and objects as they are', () => {
    const optimizer = { type: 'Adam', betas: [0.8, 0.99] };
    expect(
      configFromAttributes({ lr: 0.05, epochs: 2, 'batch-size': 16, seed: 3, classes: [3, 8], optimizer }),
    ).toEqual({
      epochs: 2,
      batchSize: 16,
      seed: 3,
      classes: [3, 8],
      optimizer: { type: 'Adam', lr: 0.05, betas: [0.8, 0.99] },
    });
    expect(configFromAttributes({ policy })).toEqual({ policy: normalisePolicy(policy) });
    expect(configFromAttributes({ policy: [] })).toEqual({ policy: [] });
  });

  it.each([
    [{ lr: true }, 'lr', 'true', 'number'],
    [{ epochs: NaN }, 'epochs', 'NaN', 'number'],
    [{ 'batch-size': [16] }, 'batch-size', '[16]', 'number'],
    [{ classes: { from: 3 } }, 'classes', '{ "from": 3 }', '"3 8" | [3, 8]'],
    [{ optimizer: 5 }, 'optimizer', '5', '"Adam"'],
    [{ policy: 5 }, 'policy', '5', '"cosine"'],
  ])('refuse %j, naming what is accepted', (values, path, received, accepted) => {
    const problem = problemOf(values);
    expect(problem).toMatchObject({ code: 'config-value', path, received });
    expect(problem.accepted).toContain(accepted);
  });

  it('refuse a policy object with the issues of its JSON', () => {
    const wrong = { type: 'StepLR', stepsize: 3 };
    const { code, issues } = problemOf({ policy: wrong });
    expect(code).toBe('policy');
    expect(issues).toEqual(problemOf({ policy: JSON.stringify(wrong) }).issues);
  });

  it('are the same for a new object with equal values, but not for another data set', () => {
    expect(isSameValue('policy', { ...policy }, { ...policy })).toBe(true);
    expect(isSameValue('policy', policy, { ...policy, stepSize: 4 })).toBe(false);
    expect(isSameValue('lr', undefined, null)).toBe(true);
    expect(isSameValue('lr', 0.1, '0.1')).toBe(false);
    expect(isSameValue('dataset', { classes: 2 }, { classes: 2 })).toBe(false);
  });
});

describe('a problem of the config', () => {
  const problem = {
    code: 'config-value',
    message: 'optimizer.lr is -1; accepted: number > 0.',
    path: 'optimizer.lr',
  };

  it('is about the attribute that gave the value', () => {
    expect(aboutAttribute(problem, { lr: '-1' })).toEqual({
      code: 'config-value',
      message: 'lr is -1; accepted: number > 0.',
      path: 'lr',
    });
  });

  it('stays about the config where another attribute gave the value', () => {
    expect(aboutAttribute(problem, { optimizer: '{ "type": "SGD", "lr": -1 }' })).toBe(problem);
  });

  it('is an autostart that is neither yes nor no', () => {
    expect(() => checkAutostart('soon')).toThrow('autostart is "soon"; accepted: true | false | "visible".');
    for (const autostart of [null, true, false, 'visible'])
      expect(() => checkAutostart(autostart)).not.toThrow();
  });
});

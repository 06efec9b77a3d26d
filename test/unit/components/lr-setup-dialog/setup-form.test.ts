import { describe, expect, it } from 'vitest';
import {
  changesOf,
  editsOf,
  fieldOf,
  formOf,
  withEdits,
  withOptimizer,
} from '../../../../components/lr-setup-dialog/setup-form.js';
import { type Config, Lab } from '../../../../src/lab/index.js';

const config = new Lab().config.peek();

describe('the set-up form', () => {
  it('changes nothing if it is submitted unchanged', () => {
    const result = changesOf(formOf(config), config);
    expect(result.problems).toEqual({});
    const changed = new Lab({ ...config, ...result.changes }).config.peek();
    expect(changed).toEqual(config);
  });

  it('reports an unreadable text at its field', () => {
    const form = { ...formOf(config), lr: 'fast', seed: '', beta1: 'unseen with SGD' };
    const { problems } = changesOf(form, config);
    expect(Object.keys(problems).toSorted()).toEqual(['lr', 'seed']);
    expect(problems.lr).toMatchObject({ code: 'config-value', received: '"fast"', accepted: 'number' });
  });

  it('reports every fault at once, each at its field', () => {
    const form = { ...formOf(config), lr: '-1', momentum: 'much', batchSize: '0', classes: [3], seed: '1.5' };
    const { problems } = changesOf(form, config);
    expect(Object.keys(problems).toSorted()).toEqual(['batchSize', 'classes', 'lr', 'momentum', 'seed']);
    expect(problems.momentum).toMatchObject({ received: '"much"', accepted: 'number' });
  });

  it('keeps what was edited when the settings change elsewhere', () => {
    const before = formOf(config);
    const now = formOf(new Lab({ optimizer: { type: 'SGD', lr: 0.02 }, epochs: 3 }).config.peek());
    const form = withEdits({ ...before, epochs: '20', classes: [3, 8] }, before, now);
    expect(form).toEqual({ ...now, epochs: '20', classes: [3, 8] });
    expect(editsOf(form, now).toSorted()).toEqual(['classes', 'epochs']);
  });

  it('removes optional values when their fields are empty', () => {
    const limited = new Lab({ stepsPerEpoch: 5, classes: [3, 8], model: 'tiny' }).config.peek();
    const form = { ...formOf(limited), stepsPerEpoch: '', model: '', classes: formOf(config).classes };
    expect(changesOf(form, limited)).toMatchObject({
      changes: { stepsPerEpoch: undefined, model: undefined, classes: undefined },
    });
  });

  it.each([
    [{ type: 'AdamW', lr: 0.01, weightDecay: 0.1, betas: [0.8, 0.99] }],
    [{ type: 'RMSprop', lr: 0.01, weightDecay: 0, momentum: 0.9, centered: true }],
    [{ type: 'Adagrad', lr: 0.01, weightDecay: 0, groups: [{ layers: ['conv'], lr: 0.1 }] }],
  ] as [Config['optimizer']][])('returns %o unchanged', (optimizer) => {
    const given = new Lab({ optimizer }).config.peek();
    expect(changesOf(formOf(given), given)).toMatchObject({ changes: { optimizer } });
  });

  it('starts another optimizer at its usual values, and keeps the reader’s choices', () => {
    const usual = withOptimizer({ ...formOf(config), lr: '0.1' }, 'AdamW');
    expect(usual).toMatchObject({ optimizer: 'AdamW', lr: '0.001', weightDecay: '0.01' });
    expect(withOptimizer(usual, 'SGD')).toMatchObject({ lr: '0.1', weightDecay: '0' });
    const chosen = withOptimizer({ ...formOf(config), lr: '0.05', weightDecay: '0.2' }, 'RMSprop');
    expect(chosen).toMatchObject({ optimizer: 'RMSprop', lr: '0.05', weightDecay: '0.2' });
  });

  it.each([
    ['SGD', { dampening: '0.2', maximize: true }, { dampening: 0.2, maximize: true }],
    ['Adam', { beta2: '0.9', eps: '1e-6', amsgrad: true }, { betas: [0.9, 0.9], eps: 1e-6, amsgrad: true }],
    ['AdamW', { weightDecay: '0.2' }, { weightDecay: 0.2 }],
    [
      'RMSprop',
      { alpha: '0.9', centered: true, momentum: '0.5' },
      { alpha: 0.9, centered: true, momentum: 0.5 },
    ],
    [
      'Adagrad',
      { lrDecay: '0.1', initialAccumulatorValue: '1', eps: '1e-8' },
      { lrDecay: 0.1, initialAccumulatorValue: 1, eps: 1e-8 },
    ],
  ] as const)('gives %s its changed options, and leaves PyTorch’s defaults out', (type, typed, options) => {
    const form = {
      ...withOptimizer(formOf(config), type),
      ...typed,
      ...(type === 'SGD' && { momentum: '0' }),
    };
    const result = changesOf(form, new Lab({ optimizer: { type, lr: 0.5 } }).config.peek());
    const lr = Number(form.lr);
    expect(result).toEqual({
      problems: {},
      changes: expect.objectContaining({ optimizer: { type, lr, ...options } }) as unknown,
    });
    if (Object.keys(result.problems).length === 0) expect(() => new Lab(result.changes)).not.toThrow();
  });

  it('reads param groups by layer, and names the one that cannot be read', () => {
    const group = { layers: 'conv1，conv2', lr: '0.01', weightDecay: '', others: {} };
    expect(changesOf({ ...formOf(config), groups: [group] }, config)).toMatchObject({
      changes: { optimizer: { groups: [{ layers: ['conv1', 'conv2'], lr: 0.01 }] } },
    });
    const { problems } = changesOf({ ...formOf(config), groups: [group, { ...group, lr: 'fast' }] }, config);
    expect(problems.groups).toMatchObject({ path: 'optimizer.groups.1.lr', received: '"fast"' });
  });

  it('keeps options of a param group that it does not show', () => {
    const optimizer = { type: 'SGD', lr: 0.1, groups: [{ layers: ['conv'], momentum: 0.5 }] } as const;
    const given = new Lab({
      optimizer: structuredClone(optimizer) as unknown as Config['optimizer'],
    }).config.peek();
    expect(changesOf(formOf(given), given)).toMatchObject({ changes: { optimizer } });
  });
});

describe('a problem of the Lab', () => {
  it('belongs to the field of its path or its code', () => {
    expect(fieldOf({ code: 'config-value', message: '', path: 'optimizer.lr' })).toBe('lr');
    expect(fieldOf({ code: 'config-value', message: '', path: 'optimizer.betas.1' })).toBe('beta2');
    expect(fieldOf({ code: 'config-value', message: '', path: 'optimizer.groups.0.lr' })).toBe('groups');
    expect(fieldOf({ code: 'config-value', message: '', path: 'optimizer.amsgrad' })).toBe('amsgrad');
    expect(fieldOf({ code: 'batch-size', message: '' })).toBe('batchSize');
  });

  it('belongs to the form if it concerns no field', () => {
    expect(fieldOf({ code: 'worker', message: '' })).toBeUndefined();
  });
});

import '@tensorflow/tfjs-backend-cpu';
import { describe, expect, it } from 'vitest';

import { completeConfig } from '../../../src/config/index.js';
import type { Config } from '../../../src/config/index.js';
import type { Change } from '../../../src/timeline/index.js';
import { pytorchProgram } from '../../../src/export/index.js';
import type { ProgramRun } from '../../../src/export/index.js';
import { pytorchNetwork } from '../../../src/export/pytorch-network.js';
import { buildModel } from '../../../src/models/index.js';
import type { PolicyEntry } from '../../../src/policy/index.js';

const program = (config: Partial<Config>, interventions: ProgramRun['interventions'] = [], model = 'tiny') =>
  pytorchProgram({
    config: completeConfig(config),
    model,
    plan: { steps: 12, stepsPerEpoch: 4, epochs: 3 },
    interventions,
  });

const stepLR: PolicyEntry = { scheduler: { type: 'StepLR', stepSize: 3 }, interval: 'step', frequency: 1 };

describe('a network in PyTorch', () => {
  it.each([
    ['tiny', 12, 12, 1, 10],
    ['tiny', 13, 9, 3, 2],
    ['lenet', 28, 28, 1, 10],
    ['lenet', 17, 30, 3, 4],
    ['alexnet', 28, 28, 1, 2],
    ['alexnet', 33, 8, 3, 10],
    ['mlp', 5, 7, 2, 3],
  ] as const)(
    '%s for %i×%i×%i images of %i classes has the weights of the zoo',
    (name, height, width, channels, classes) => {
      const shape = { height, width, channels, classes };
      const { lines, weights } = pytorchNetwork(name, shape);
      const model = buildModel(name, { ...shape, seed: 1 });
      expect(weights).toEqual(model.trainableWeights.map(({ originalName }) => originalName));
      const text = lines.join('\n');
      const kernels = [...text.matchAll(/(?:Conv2d|Linear)\((\d+), (\d+)(?:, kernel_size=(\d))?/g)].map(
        ([, from, to, size]) => [...(size ? [+size, +size] : []), +from, +to],
      );
      expect(kernels).toEqual(
        model.trainableWeights
          .filter(({ originalName }) => originalName.endsWith('kernel'))
          .map(({ shape }) => shape),
      );
      model.dispose();
    },
  );
});

describe('a PyTorch program', () => {
  it('holds network, optimizer, policy and the whole loop', () => {
    const text = program({
      model: 'tiny',
      batchSize: 16,
      optimizer: { type: 'AdamW', lr: 0.001, weightDecay: 0.1 },
    });
    expect(text).toContain('dense=nn.Linear(72, 10)');
    expect(text).toContain('optimizer = torch.optim.AdamW(model.parameters(), lr=0.001, weight_decay=0.1)\n');
    expect(text).toContain('entries = [Entry(StepLR(optimizer, step_size=4, gamma=0.1), "epoch")]\n');
    expect(text).toContain(
      'for epoch in range(3):\n    for batch in range(4):\n        images, labels = load_batch(16)\n',
    );
    expect(text).not.toMatch(/intervene|hand_over|WithMetric|record/);
  });

  it('makes each intervention before the update of its step', () => {
    const text = program({}, [
      { kind: 'swap', step: 2, policy: [stepLR], handoff: 'continue' },
      { kind: 'chain', step: 5, policy: [stepLR] },
      { kind: 'unchain', step: 6, index: 0 },
      { kind: 'setLr', step: 7, lr: 0.05 },
    ]);
    expect(text).toContain(`    if step == 2:  # swap, handoff "continue"
        hand_over(restart=False)
        entries[:] = [Entry(StepLR(optimizer, step_size=3), "step")]
    if step == 5:  # chain
        entries.extend([Entry(StepLR(optimizer, step_size=3), "step")])
    if step == 6:  # unchain
        del entries[0]
    if step == 7:  # set the learning rate by hand
        for group in optimizer.param_groups:
            group["lr"] = 0.05
`);
    expect(text).toContain('    for batch in range(4):\n        intervene(step)\n');
  });

  it('continues past the end of a schedule to the intervention that corrects it, and only there', () => {
    const oneCycle = (totalSteps: number): PolicyEntry => ({
      scheduler: { type: 'OneCycleLR', maxLr: 0.2, totalSteps },
      interval: 'step',
      frequency: 1,
    });
    const swap: Change = { kind: 'swap', policy: [stepLR], handoff: 'continue' };
    const text = program({ policy: [oneCycle(8)] }, [{ ...swap, step: 9 }]);
    expect(text).toContain(`    try:
        for entry in entries:
            entry.step(interval, index)
    except (ValueError, ArithmeticError):
        if step > 9:
            raise
        return False
    return True
`);
    expect(text).toContain(`        step += 1
        is_stepped = step_entries("step", batch)
    if not is_stepped:
        continue
`);
    expect(text).toContain('    step_entries("epoch", epoch)\n');
    expect(program({ policy: [oneCycle(8)] })).not.toContain('step_entries');
    expect(program({ policy: [oneCycle(8)] }, [{ ...swap, step: 0 }])).not.toContain('step_entries');
    expect(program({}, [{ ...swap, step: 9 }])).not.toContain('step_entries');
  });

  it('adjusts running schedulers by assigning their times', () => {
    const cosine = (tMax: number): PolicyEntry => ({
      scheduler: {
        type: 'SequentialLR',
        schedulers: [
          { type: 'LinearLR', totalIters: 2 },
          { type: 'CosineAnnealingLR', tMax },
        ],
        milestones: [2],
      },
      interval: 'step',
      frequency: 1,
    });
    const multiStep = (milestones: number[]): PolicyEntry => ({
      scheduler: { type: 'MultiStepLR', milestones },
      interval: 'step',
      frequency: 1,
    });
    const text = program({ policy: [cosine(8)] }, [
      { kind: 'chain', step: 2, policy: [multiStep([4, 9])] },
      { kind: 'adjust', step: 3, policy: [cosine(10), multiStep([4, 9])] },
      { kind: 'adjust', step: 5, policy: [cosine(10), multiStep([4, 11])] },
      { kind: 'adjust', step: 6, policy: [cosine(10), multiStep([4, 11])] },
    ]);
    expect(text).toContain(`    if step == 3:  # adjust
        entries[0].scheduler._schedulers[1].T_max = 10
    if step == 5:  # adjust
        entries[1].scheduler.milestones = Counter([4, 11])
    if step == 6:  # adjust
        pass
`);
    expect(text).toContain('from collections import Counter, OrderedDict\n');
  });

  it('assigns the times of each scheduler in a chain with a plateau', () => {
    const chained = (stepSize: number): PolicyEntry => ({
      scheduler: {
        type: 'ChainedScheduler',
        schedulers: [{ type: 'StepLR', stepSize }, { type: 'ReduceLROnPlateau' }],
        passMetrics: true,
      },
      interval: 'epoch',
      frequency: 1,
      monitor: 'valLoss',
    });
    const text = program({ policy: [chained(1)] }, [{ kind: 'adjust', step: 4, policy: [chained(2)] }]);
    expect(text).toContain('        entries[0].schedulers[0].step_size = 2\n');
  });

  it('resets nothing at a swap with the handoff "torch"', () => {
    const text = program({}, [{ kind: 'swap', step: 2, policy: [stepLR], handoff: 'torch' }]);
    expect(text).not.toContain('hand_over');
    expect(text).not.toContain('configured');
  });

  it('has the param groups of the run, the unnamed weights last', () => {
    const optimizer = {
      type: 'SGD' as const,
      lr: 0.1,
      groups: [{ layers: ['dense', 'conv1/bias'], lr: 0.01 }],
    };
    const text = program({ optimizer });
    expect(text).toContain(
      '{"params": [model.conv1.bias, model.dense.weight, model.dense.bias], "lr": 0.01}',
    );
    expect(text).toContain('{"params": [model.conv1.weight, model.conv2.weight, model.conv2.bias]}');
    expect(text).toContain('print("step,loss,lr_0,lr_1")');
  });

  it('validates as often as the run, and whenever a scheduler monitors the validation', () => {
    expect(program({ checkValEveryNEpoch: 2 })).toContain('    if (epoch + 1) % 2 == 0:\n        val_loss');
    const policy = { scheduler: { type: 'ReduceLROnPlateau' } } as const;
    expect(program({ checkValEveryNEpoch: 2, policy })).toContain(
      'if (epoch + 1) % 2 == 0 or any(entry.monitor in ("val_loss", "val_accuracy") for entry in entries):',
    );
  });

  it('has images of the same shape and classes as the run', () => {
    expect(program({ classes: [3, 5] })).toContain('patterns = torch.rand(2, 1, 12, 12)');
    expect(program({}, [], 'lenet')).toContain('patterns = torch.rand(10, 1, 28, 28)');
    const validation = { images: new Uint8Array(300), labels: Uint8Array.of(0) };
    const dataset = { ...validation, height: 10, width: 10, channels: 3, classes: 4, validation };
    expect(program({ dataset, batchSize: 1 })).toContain('patterns = torch.rand(4, 3, 10, 10)');
  });

  it('cannot be written for a model that the page provides', () => {
    expect(() => program({}, [], 'custom')).toThrow(
      'the model "custom" cannot be written as a PyTorch program',
    );
  });

  it('refuses param groups that the run would refuse', () => {
    const optimizer = { type: 'SGD' as const, lr: 0.1, groups: [{ layers: ['head'] }] };
    expect(() => program({ optimizer })).toThrow(
      'names "head"; this network has the layers conv1, conv2, dense',
    );
  });
});

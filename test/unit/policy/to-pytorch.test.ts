import { describe, expect, test } from 'vitest';
import { presetOf, toPyTorch } from '../../../src/policy/index.js';

describe('the script', () => {
  test('the program with two schedulers, with the training around it', () => {
    const policy = presetOf('exponential-and-milestones')!.policy({
      steps: 2000,
      stepsPerEpoch: 100,
      epochs: 20,
    });
    expect(toPyTorch(policy, { optimizer: { type: 'SGD', lr: 0.1 } })).toBe(`import torch
from torch.optim.lr_scheduler import ExponentialLR, MultiStepLR

model = torch.nn.Linear(4, 4)  # your model
loss_fn = torch.nn.MSELoss()
dataset = [(torch.randn(8, 4), torch.randn(8, 4))] * 100  # your batches

optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
scheduler1 = ExponentialLR(optimizer, gamma=0.9)
scheduler2 = MultiStepLR(optimizer, milestones=[30, 80], gamma=0.1)

for epoch in range(20):
    for input, target in dataset:
        optimizer.zero_grad()
        loss = loss_fn(model(input), target)
        loss.backward()
        optimizer.step()
    scheduler1.step()
    scheduler2.step()
`);
  });

  const linesOf = (...parameters: Parameters<typeof toPyTorch>): string[] =>
    toPyTorch(...parameters)
      .split('\n')
      .map((line) => line.trim());

  test('per update and every few of them', () => {
    const scheduler = { type: 'StepLR', stepSize: 3 } as const;
    expect(linesOf({ scheduler, interval: 'step' }).slice(-3)).toEqual([
      'optimizer.step()',
      'scheduler.step()',
      '',
    ]);
    const few = toPyTorch({ scheduler, interval: 'step', frequency: 4 });
    expect(few).toContain('    for batch, (input, target) in enumerate(dataset):');
    expect(few).toContain('        if (batch + 1) % 4 == 0:\n            scheduler.step()\n');
    expect(toPyTorch({ scheduler, frequency: 5 })).toContain(
      '    if (epoch + 1) % 5 == 0:\n        scheduler.step()\n',
    );
  });

  test('ReduceLROnPlateau gets the metric that it watches', () => {
    const scheduler = { type: 'ReduceLROnPlateau' } as const;
    expect(toPyTorch(scheduler)).toContain(
      '    val_loss, val_accuracy = validate()\n    scheduler.step(val_loss)\n',
    );
    const lines = linesOf({ scheduler, monitor: 'trainLoss', frequency: 2 });
    expect(lines).toContain('train_losses.append(loss.item())');
    expect(lines.slice(-5, -1)).toEqual([
      'if (epoch + 1) % 2 == 0:',
      'train_loss = sum(train_losses) / len(train_losses)',
      'train_losses.clear()',
      'scheduler.step(train_loss)',
    ]);
  });

  test('a chain that PyTorch refuses is stepped one after another', () => {
    const code = toPyTorch({
      type: 'ChainedScheduler',
      schedulers: [{ type: 'StepLR', stepSize: 5 }, { type: 'ReduceLROnPlateau' }],
      passMetrics: true,
    });
    expect(code).not.toContain('ChainedScheduler');
    expect(code).toContain('    scheduler[0].step()\n    scheduler[1].step(val_loss)\n');
  });

  test('a sequence that PyTorch refuses gets its metric through a class of the script', () => {
    const code = toPyTorch({
      type: 'SequentialLR',
      schedulers: [{ type: 'LinearLR' }, { type: 'ReduceLROnPlateau' }],
      milestones: [5],
      passMetrics: true,
    });
    expect(code).toContain('class WithMetric:');
    expect(code).toContain('WithMetric(ReduceLROnPlateau(optimizer))');
    expect(code).toContain('    WithMetric.metric = val_loss\n    scheduler.step()\n');
  });

  test('formulas become lambdas, with math where they need it', () => {
    const code = toPyTorch({ type: 'LambdaLR', lrLambda: 'epoch < 5 ? epoch / 5 : cos(pi * epoch / 9)' });
    expect(code).toMatch(/^import math\n/);
    expect(code).toContain(
      'lr_lambda=lambda epoch: epoch / 5 if epoch < 5 else math.cos(math.pi * epoch / 9)',
    );
  });

  test('whole numbers stay floats where PyTorch insists, and integers where it counts', () => {
    const code = toPyTorch({ type: 'OneCycleLR', maxLr: 1, totalSteps: 100, pctStart: 0 });
    expect(code).toContain('max_lr=1.0, total_steps=100, pct_start=0.0)');
  });

  test('long calls are broken, an argument a line', () => {
    const warmupCosine = presetOf('warmup-cosine')!.policy({ steps: 1000, stepsPerEpoch: 50, epochs: 20 });
    expect(toPyTorch(warmupCosine)).toContain(`scheduler = SequentialLR(
    optimizer,
    schedulers=[
        LinearLR(optimizer, start_factor=0.01, total_iters=50),
        CosineAnnealingLR(optimizer, T_max=950),
    ],
    milestones=[50],
)
`);
  });

  test('SWALR comes from its own module', () => {
    const code = toPyTorch({ type: 'SWALR', swaLr: 0.05 });
    expect(code).toContain('from torch.optim.swa_utils import SWALR');
    expect(code).not.toContain('from torch.optim.lr_scheduler');
  });
});

describe('the optimizer', () => {
  test("PyTorch's options in their own spelling", () => {
    const optimizer = { type: 'AdamW', lr: 0.001, betas: [0.9, 0.99], weightDecay: 0.01 };
    expect(toPyTorch([], { optimizer })).toContain(`optimizer = torch.optim.AdamW(
    model.parameters(),
    lr=0.001,
    betas=(0.9, 0.99),
    weight_decay=0.01,
)
`);
  });

  test('a param group for each that is asked for, or that a list of the policy speaks of', () => {
    const groups = [{}, { lr: 0.01 }];
    expect(toPyTorch([], { groups })).toContain('{"params": model[1].parameters(), "lr": 0.01}');
    const code = toPyTorch({ type: 'CyclicLR', baseLr: [0.1, 0.2, 0.3], maxLr: 1 });
    expect(code).toContain('{"params": model[2].parameters()}');
    expect(code).toContain('base_lr=[0.1, 0.2, 0.3]');
  });
});

import { describe, expect, test } from 'vitest';
import { fromPyTorch, normalisePolicy, toPyTorch } from '../../../src/policy/index.js';
import type { Policy, PolicyInput, PolicyIssue } from '../../../src/policy/index.js';
import { policies } from './arbitraries.js';
import { fc } from '../../property-runs.js';

function read(code: string): Policy {
  const result = fromPyTorch(code);
  if (!result.success)
    throw new Error((result.issues ?? result.unknowns).map(({ message }) => message).join('\n'));
  return result.policy;
}

function issueOf(code: string): PolicyIssue {
  const result = fromPyTorch(code);
  if (result.success) throw new Error(`read as ${JSON.stringify(result.policy)}`);
  if (!result.issues)
    throw new Error(`asked for ${result.unknowns.map(({ expression }) => expression).join(', ')}`);
  return result.issues[0];
}

const expected = (input: PolicyInput): Policy => normalisePolicy(input);

describe('the programs of the presets', () => {
  test('the first: ExponentialLR, stepped after the batches', () => {
    const code = `
model = [Parameter(torch.randn(2, 2, requires_grad=True))]
optimizer = SGD(model, 0.1)
scheduler = ExponentialLR(optimizer, gamma=0.9)

for epoch in range(20):
    for input, target in dataset:
        optimizer.zero_grad()
        output = model(input)
        loss = loss_fn(output, target)
        loss.backward()
        optimizer.step()
    scheduler.step()
`;
    expect(read(code)).toEqual(expected({ type: 'ExponentialLR', gamma: 0.9 }));
  });

  test('the second: LinearLR, with the rate printed in another script', () => {
    const code = `
model = torchvision.models.AlexNet(num_classes=2)
optimizer = optim.Adam(model.parameters(),lr=0.01)
scheduler = optim.lr_scheduler.LinearLR(optimizer,start_factor=0.1, total_iters=100)
for epoch in range(100):
    print(f"当前学习率:{optimizer.param_groups[0]['lr']}")
    optimizer.step()
    scheduler.step()
`;
    expect(read(code)).toEqual(expected({ type: 'LinearLR', startFactor: 0.1, totalIters: 100 }));
  });

  test('the third: two schedulers stepped one after another', () => {
    const code = `
optimizer = SGD(model, 0.1)
scheduler1 = ExponentialLR(optimizer, gamma=0.9)
scheduler2 = MultiStepLR(optimizer, milestones=[30,80], gamma=0.1)

for epoch in range(20):
    for input, target in dataset:
        optimizer.step()
    scheduler1.step()
    scheduler2.step()
`;
    expect(read(code)).toEqual(
      expected([
        { type: 'ExponentialLR', gamma: 0.9 },
        { type: 'MultiStepLR', milestones: [30, 80], gamma: 0.1 },
      ]),
    );
  });
});

describe("the forms of PyTorch's documentation", () => {
  test.each<[string, string, PolicyInput]>([
    [
      'a session with prompts, comments and output',
      `
>>> # Assuming optimizer uses lr = 0.05 for all groups
>>> # lr = 0.05     if epoch < 30
>>> scheduler = StepLR(optimizer, step_size=30, gamma=0.1)
>>> for epoch in range(100):
>>>     train(...)
>>>     validate(...)
>>>     scheduler.step()
0.05
`,
      { type: 'StepLR', stepSize: 30, gamma: 0.1 },
    ],
    [
      'lambdas under a name, in a list',
      `
>>> num_epochs = 100
>>> lambda1 = lambda epoch: epoch // 30
>>> lambda2 = lambda epoch: 0.95**epoch
>>> scheduler = LambdaLR(optimizer, lr_lambda=[lambda1, lambda2])
>>> for epoch in range(num_epochs):
>>>     train(...)
>>>     scheduler.step()
`,
      { type: 'LambdaLR', lrLambda: ['floor(epoch / 30)', '0.95 ** epoch'] },
    ],
    [
      'a warm-up with SequentialLR',
      `
scheduler1 = ConstantLR(optimizer, factor=0.1, total_iters=20)
scheduler2 = ExponentialLR(optimizer, gamma=0.9)
scheduler = SequentialLR(
    optimizer,
    schedulers=[scheduler1, scheduler2],
    milestones=[20],
)
for epoch in range(100):
    train(...)
    validate(...)
    scheduler.step()
`,
      {
        type: 'SequentialLR',
        schedulers: [
          { type: 'ConstantLR', factor: 0.1, totalIters: 20 },
          { type: 'ExponentialLR', gamma: 0.9 },
        ],
        milestones: [20],
      },
    ],
    [
      'ChainedScheduler, whose schedulers come first',
      `
scheduler1 = ConstantLR(optimizer, factor=0.1, total_iters=20)
scheduler2 = ExponentialLR(optimizer, gamma=0.9)
scheduler = ChainedScheduler([scheduler1, scheduler2], optimizer=optimizer)
`,
      {
        type: 'ChainedScheduler',
        schedulers: [
          { type: 'ConstantLR', factor: 0.1, totalIters: 20 },
          { type: 'ExponentialLR', gamma: 0.9 },
        ],
      },
    ],
    [
      'ReduceLROnPlateau with its metric, and positional arguments',
      `
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
scheduler = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, "min", 0.5)
for epoch in range(10):
    train(...)
    val_loss = validate(...)
    # Note that step should be called after validate()
    scheduler.step(val_loss)
`,
      { scheduler: { type: 'ReduceLROnPlateau', mode: 'min', factor: 0.5 }, monitor: 'valLoss' },
    ],
    [
      'CyclicLR, stepped at every batch',
      `
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
scheduler = torch.optim.lr_scheduler.CyclicLR(
    optimizer, base_lr=0.01, max_lr=0.1, step_size_up=10, scale_fn=lambda x: 1 / (2 ** (x - 1))
)
data_loader = torch.utils.data.DataLoader(...)
for epoch in range(10):
    for batch in data_loader:
        train_batch(...)
        scheduler.step()
`,
      {
        scheduler: {
          type: 'CyclicLR',
          baseLr: 0.01,
          maxLr: 0.1,
          stepSizeUp: 10,
          scaleFn: '1 / 2 ** (x - 1)',
        },
        interval: 'step',
      },
    ],
    [
      'SWALR from its own module',
      `
import torch
from torch.optim import swa_utils
scheduler = swa_utils.SWALR(optimizer, anneal_strategy="linear", anneal_epochs=20, swa_lr=0.05)
`,
      { type: 'SWALR', swaLr: 0.05, annealEpochs: 20, annealStrategy: 'linear' },
    ],
    [
      'imports under other names',
      `
import torch.optim.lr_scheduler as schedules
from torch.optim.lr_scheduler import (
    CosineAnnealingLR as Cosine,
)
first = schedules.PolynomialLR(optimizer, 10, power=2.)
second = Cosine(optimizer, T_max=1_000, eta_min=1e-5)
`,
      [
        { type: 'PolynomialLR', totalIters: 10, power: 2 },
        { type: 'CosineAnnealingLR', tMax: 1000, etaMin: 1e-5 },
      ],
    ],
  ])('%s', (_, code, input) => {
    expect(read(code)).toEqual(expected(input));
  });
});

describe('values', () => {
  const lambdaOf = (definition: string): unknown => {
    const [{ scheduler }] = read(`${definition}\nscheduler = LambdaLR(optimizer, rule)\n`);
    return 'lrLambda' in scheduler && scheduler.lrLambda;
  };

  test.each([
    ['rule = lambda step: 0.95 ** step', '0.95 ** epoch'],
    ['rule = lambda e: -2 ** 2 * e', '-4 * epoch'],
    ['rule = lambda e: e / 5 if e < 5 else 1', 'epoch < 5 ? epoch / 5 : 1'],
    ['warmup = 5\nrule = lambda e: min(1.0, e / warmup)', 'min(1, epoch / 5)'],
    [
      'import math\nrule = lambda e: 0.5 * (1 + math.cos(math.pi * e / 50))',
      '0.5 * (1 + cos(pi * epoch / 50))',
    ],
    ['from math import cos, pi\nrule = lambda e: cos(pi * e)', 'cos(pi * epoch)'],
    ['import numpy as np\nrule = lambda e: np.sqrt(e) % 3', 'sqrt(epoch) % 3'],
    ['def rule(epoch):\n    return 0.5 ** epoch', '0.5 ** epoch'],
    [
      'def rule(epoch):\n    """Warm up."""\n    if epoch < 5:\n        return epoch / 5\n    elif epoch < 9:\n        return 1\n    return 0.1',
      'epoch < 5 ? epoch / 5 : (epoch < 9 ? 1 : 0.1)',
    ],
  ])('the function %j is the formula %s', (definition, formula) => {
    expect(lambdaOf(definition)).toBe(formula);
  });

  test.each([
    ['StepLR(optimizer, 3 * 10)', { stepSize: 30 }],
    ['StepLR(optimizer, epochs // 3)', { stepSize: 33 }],
    ['StepLR(optimizer, int(0.3 * epochs), gamma=10 ** -1)', { stepSize: 30, gamma: 0.1 }],
    ['MultiStepLR(optimizer, list(range(30, epochs, 30)))', { milestones: [30, 60, 90] }],
    ['MultiStepLR(optimizer, milestones)', { milestones: [10, 20] }],
    ['MultiStepLR(optimizer, (10, 20))', { milestones: [10, 20] }],
    [
      'OneCycleLR(optimizer, 0.1, epochs=epochs, steps_per_epoch=5)',
      { maxLr: 0.1, epochs: 100, stepsPerEpoch: 5 },
    ],
    ['OneCycleLR(optimizer, max_lr=0.1, total_steps=9, three_phase=True)', { threePhase: true }],
    ['StepLR(optimizer, 30, verbose=True)', { stepSize: 30 }],
  ])('%s', (call, parameters) => {
    const code = `epochs, batches = 100, 7\nmilestones = [10]\nmilestones.append(20)\nscheduler = ${call}`;
    expect(read(code)[0].scheduler).toMatchObject(parameters);
  });
});

describe('stepping', () => {
  const loop = (body: string): string => `
optimizer = SGD(model, 0.1)
scheduler = StepLR(optimizer, 3)
${body}
`;
  test.each([
    [
      'for epoch in range(9):\n    for x in data:\n        optimizer.step()\n    if (epoch + 1) % 5 == 0:\n        scheduler.step()',
      'epoch',
      5,
    ],
    ['for epoch in range(1, 10):\n    optimizer.step()\n    if epoch % 5 == 0: scheduler.step()', 'epoch', 5],
    [
      'for epoch in range(9):\n    for i, (x, y) in enumerate(data):\n        optimizer.step()\n        if (i + 1) % 4 == 0:\n            scheduler.step()',
      'step',
      4,
    ],
    ['for x, y in data:\n    optimizer.step()\n    scheduler.step()', 'step', 1],
    ['for i in range(9):\n    for x, y in data:\n        optimizer.step()\n    scheduler.step()', 'epoch', 1],
    ['for step in range(9):\n    optimizer.step(); scheduler.step()', 'step', 1],
    ['for epoch in tqdm(range(9)):\n    train(model)\n    scheduler.step()', 'epoch', 1],
    [
      'if __name__ == "__main__":\n    for epoch in range(9):\n        train()\n        scheduler.step()',
      'epoch',
      1,
    ],
    ['for epoch in range(9):\n    train()\n    for s in [scheduler]:\n        s.step()', 'epoch', 1],
    ['for epoch in range(9):\n    train()\n    with torch.no_grad():\n        scheduler.step()', 'epoch', 1],
    [
      'for epoch in range(9):\n    train()\n    scheduler.step()\n    if epoch % 2 == 0:\n        print(scheduler.get_last_lr())',
      'epoch',
      1,
    ],
  ])('%j', (body, interval, frequency) => {
    expect(read(loop(body))).toEqual([{ scheduler: { type: 'StepLR', stepSize: 3 }, interval, frequency }]);
  });

  test('each metric keeps its name', () => {
    for (const [name, monitor] of [
      ['train_loss', 'trainLoss'],
      ['val_acc', 'valAccuracy'],
    ]) {
      const code = `scheduler = ReduceLROnPlateau(optimizer)\nfor epoch in range(9):\n    train()\n    scheduler.step(metrics=${name})`;
      expect(read(code)[0].monitor).toBe(monitor);
    }
  });

  test('an optimizer without a scheduler is the policy that changes nothing', () => {
    expect(read('optimizer = torch.optim.SGD(model.parameters(), lr=0.1)')).toEqual([]);
  });
});

describe('refusals, with the line', () => {
  const within = (body: string): string =>
    `optimizer = SGD(model, 0.1)\nscheduler = StepLR(optimizer, 3)\n${body}`;

  test.each<[string, number, string, RegExp]>([
    ['', 1, 'python-empty', /builds no scheduler/],
    ['hello, world', 1, 'python-empty', /builds no scheduler/],
    ['x = (1,\n', 1, 'python-syntax', /never closed/],
    ['x = "abc\n', 1, 'python-syntax', /string is never closed/],
    ['a = 1\n  b = 2', 2, 'python-syntax', /indented more/],
    ['for epoch in range(3):\nscheduler.step()', 1, 'python-syntax', /nothing is indented/],
    ['a = 1\nb = 2 $ 3', 2, 'python-syntax', /cannot be read/],
    ['scheduler = StepLR(optimizer)', 1, 'python-call', /not given step_size/],
    ['scheduler = StepLR(step_size=3)', 1, 'python-call', /not given optimizer/],
    ['scheduler = StepLR(optimizer, step=3)', 1, 'python-call', /no parameter step/],
    ['scheduler = StepLR(optimizer, stepsize=3)', 1, 'python-call', /did you mean step_size/],
    ['scheduler = StepLR(optimizer, 3, step_size=3)', 1, 'python-call', /step_size twice/],
    ['scheduler = StepLR(optimizer, 3, 0.1, -1, True, 1)', 1, 'python-call', /at most 4 arguments/],
    ['m = [1]\nm.foo()\nscheduler = MultiStepLR(optimizer, m)', 3, 'python-value', /changed in line 2/],
    ['scheduler = StepLR(optimizer, -3)', 1, 'range', /stepSize is -3/],
    [
      'a = StepLR(optimizer, 3)\nb = StepLR(\n  optimizer,\n  gamma=-1, step_size=3)',
      2,
      'range',
      /gamma is -1/,
    ],
    ['scheduler = LambdaLR(optimizer, rule)', 1, 'python-value', /rule is not given a value/],
    ['scheduler = LambdaLR(optimizer, lambda e: foo(e))', 1, 'python-value', /what foo gives is not known/],
    [
      'scheduler = LambdaLR(optimizer, lambda e: math.gamma(e))',
      1,
      'python-value',
      /does not become a formula/,
    ],
    ['scheduler = LambdaLR(optimizer, lambda e: e.real)', 1, 'formula', /needs a number/],
    ['scheduler = LambdaLR(optimizer, lambda e: 1 / 0)', 1, 'python-value', /does not become a formula/],
    [
      'n = 1\nscheduler = LambdaLR(optimizer, lambda e: n ** e)\nn = 2',
      2,
      'python-value',
      /more than one value/,
    ],
    [
      'scheduler = ChainedScheduler([StepLR(optimizer, 3), ReduceLROnPlateau(optimizer)])',
      1,
      'pass-metrics',
      /PyTorch refuses/,
    ],
    [
      'scheduler = SequentialLR(optimizer, [StepLR(optimizer, 3), x], [4])',
      1,
      'python-value',
      /list of schedulers/,
    ],
    ['a = StepLR(optimizer, 3)\nb = ChainedScheduler([a, a])', 2, 'python-unsupported', /two composites/],
    [
      'b = StepLR(optimizer, 3)\na = StepLR(optimizer, 4)\nc = ChainedScheduler([a, b])',
      2,
      'python-stepping',
      /another order/,
    ],
    [
      's = StepLR(optimizer, 3) if fast else StepLR(optimizer, 9)',
      1,
      'python-unsupported',
      /depends on a condition/,
    ],
    [within('scheduler.step()'), 3, 'python-stepping', /outside of every loop/],
    [within('for epoch in range(9):\n    train()'), 2, 'python-stepping', /never stepped/],
    [
      within('for epoch in range(9):\n    train()\n    scheduler.step(epoch)'),
      5,
      'python-stepping',
      /epoch given by hand/,
    ],
    [
      within('for epoch in range(9):\n    scheduler.step()\n    train()'),
      4,
      'python-stepping',
      /before the update/,
    ],
    [
      within('for epoch in range(9):\n    scheduler.step()\n    for x in data:\n        optimizer.step()'),
      4,
      'python-stepping',
      /before the update/,
    ],
    [
      within('for epoch in range(9):\n    train()\n    if epoch > 3:\n        scheduler.step()'),
      6,
      'python-stepping',
      /condition of line 5/,
    ],
    [
      within('for epoch in range(9):\n    train()\n    if epoch % 5 == 0:\n        scheduler.step()'),
      6,
      'python-stepping',
      /\(epoch \+ 1\) % 5/,
    ],
    [
      within('for trial in range(9):\n    for epoch in range(9):\n        scheduler.step()'),
      4,
      'python-stepping',
      /only a loop over epochs/,
    ],
    [
      within('for epoch in range(9):\n    train()\n    scheduler.step()\n    scheduler.step()'),
      6,
      'python-stepping',
      /also stepped in line 5/,
    ],
    [within('scheduler.gamma = 0.5'), 3, 'python-change', /changed by hand/],
    [within('scheduler.load_state_dict(state)'), 3, 'python-change', /load_state_dict/],
    [within('optimizer.param_groups[0]["lr"] = 1'), 3, 'python-change', /by hand/],
    [within('for g in optimizer.param_groups:\n    g["lr"] = 1'), 4, 'python-change', /by hand/],
    [
      within('model, scheduler = registry.combine(model, scheduler)'),
      3,
      'python-unsupported',
      /with a scheduler is not known/,
    ],
    [within('del scheduler'), 3, 'python-unsupported', /cannot be followed/],
    [
      's = ReduceLROnPlateau(optimizer)\nfor epoch in range(9):\n    s.step()',
      3,
      'python-metric',
      /needs a metric/,
    ],
    [
      'optimizer = SGD(m, 1)\ns = get_schedule(optimizer, 5)\nfor epoch in range(9):\n    s.step()',
      2,
      'python-unsupported',
      /its code is not here/,
    ],
    [
      within(
        'for epoch in range(9):\n    train()\n    if epoch < 3:\n        continue\n    scheduler.step()',
      ),
      7,
      'python-stepping',
      /continue of line 6/,
    ],
    [
      within(
        'def adjust(epoch):\n    for group in optimizer.param_groups:\n        group["lr"] = 0.1 ** epoch',
      ),
      5,
      'python-change',
      /by hand/,
    ],
    [
      'hook(lambda e: StepLR(optimizer, 3))',
      1,
      'python-unsupported',
      /when hook calls the function is not known/,
    ],
    ['x =', 1, 'python-empty', /builds no scheduler/],
    [
      'for x in data:\n    n = f(x)\ns = StepLR(optimizer, n)',
      3,
      'python-value',
      /what f gives is not known/,
    ],
    ['n = sum([StepLR(optimizer, 3)])', 1, 'python-unsupported', /what sum does with a scheduler/],
    [
      'a = [StepLR(optimizer, 3), warmup]\nfor epoch in range(9):\n    train()\n    for s in a:\n        s.step()',
      5,
      'python-unsupported',
      /does not tell what s is/,
    ],
    [
      within(
        'for epoch in range(5):\n    train()\nfor epoch in range(9):\n    train()\n    scheduler.step()',
      ),
      5,
      'python-stepping',
      /another training/,
    ],
    [
      'a = StepLR(optimizer, 3)\nb = StepLR(optimizer, 3)\nfor epoch in range(5):\n    train()\n    a.step()\nfor epoch in range(5):\n    train()\n    b.step()',
      6,
      'python-stepping',
      /another training/,
    ],
    [within('group = optimizer.param_groups[0]\ngroup["lr"] = 0.5'), 4, 'python-change', /by hand/],
  ])('%j', (code, line, issueCode, message) => {
    const issue = issueOf(code);
    expect(issue.message).toMatch(message);
    expect(issue).toMatchObject({ line, code: issueCode });
    expect(issue.message).toContain(`Line ${line}: `);
  });

  test('two schedulers that are stepped in another order than they are built', () => {
    const code = `a = StepLR(optimizer, 3)\nb = ExponentialLR(optimizer, 0.9)\nfor epoch in range(9):\n    train()\n    b.step()\n    a.step()`;
    expect(issueOf(code)).toMatchObject({ code: 'python-stepping', line: 5 });
  });

  test('a scheduler whose name is mistyped, with the name that is close', () => {
    const sgd = 'optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n';
    expect(issueOf(`${sgd}scheduler = StepLr(optimizer, 3)`).suggestion).toBe('StepLR');
    expect(issueOf('import torch\nscheduler = StepLr(optimizer, 3)')).toMatchObject({
      code: 'python-empty',
      line: 2,
      received: 'StepLr',
      suggestion: 'StepLR',
    });
    expect(issueOf(`${sgd}scheduler = warm_up_lr(optimizer, 3)`).suggestion).toBeUndefined();
  });
});

describe('for any text', () => {
  test('a policy or issues, never a throw', () => {
    const damaged = fc.tuple(policies(), fc.nat(), fc.string({ maxLength: 3 })).map(([policy, at, extra]) => {
      const code = toPyTorch(policy);
      const place = at % code.length;
      return code.slice(0, place) + extra + code.slice(place + 1);
    });
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 200 }), damaged), (code) => {
        const result = fromPyTorch(code);
        if (result.success) return;
        for (const { line = 0, message } of result.issues ?? result.unknowns) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(message).toContain('Line');
        }
      }),
    );
  });

  test('brackets and blocks nested deeper than the call stack are refused', () => {
    expect(fromPyTorch(`x = ${'['.repeat(40_000)}${']'.repeat(40_000)}`).success).toBe(false);
    expect(fromPyTorch(`x = ${'-'.repeat(90_000)}1`).success).toBe(false);
    const blocks = Array.from({ length: 400 }, (_, depth) => `${' '.repeat(depth)}if x:`).join('\n');
    expect(fromPyTorch(blocks).success).toBe(false);
  });
});

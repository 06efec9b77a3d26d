/** Programs as people paste them, in each style: what is read, what is asked, and what is refused with a way out. */
import { afterAll, describe, expect, test } from 'vitest';
import { fromPyTorch, previewPolicy } from '../../../src/policy/index.js';
import type { PyTorchResult } from '../../../src/policy/index.js';

const plan = { steps: 940, stepsPerEpoch: 94, epochs: 10, lr: 0.1 };
const optimizer = 'optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n';

/** A result in one line. */
function summaryOf(result: PyTorchResult): string {
  if (result.success) {
    return `read ${result.policy
      .map(
        ({ scheduler, interval, frequency }) =>
          `${scheduler.type} ${interval}${frequency === 1 ? '' : ` ${frequency}`}`,
      )
      .join(', ')}`;
  }
  if (result.unknowns) return `asked ${result.unknowns.map(({ expression }) => expression).join(', ')}`;
  return `refused ${result.issues[0].code} ${result.issues[0].line ?? 0}`;
}

const counts = { read: 0, asked: 0, refused: 0 };

function check(code: string, expected: string): void {
  const answer = summaryOf(fromPyTorch(code, { plan }));
  counts[answer.split(' ')[0] as keyof typeof counts] += 1;
  expect(answer, code).toBe(expected);
}

afterAll(() => {
  console.log(`pasted styles: ${counts.read} read, ${counts.asked} asked, ${counts.refused} refused`);
});

const epochs = (body: string, head = 'for epoch in range(9):'): string =>
  `${head}\n${body.replaceAll(/^/gm, '    ')}\n`;
const batches = 'for x, y in loader:\n    optimizer.step()\n';

describe('a schedule that is not known is never dropped', () => {
  test.each([
    [
      'from helpers import adjust_learning_rate\n' +
        optimizer +
        epochs('adjust_learning_rate(optimizer, epoch)\ntrain(model)'),
      4,
    ],
    [optimizer + 'sched = CosineLRScheduler(optimizer, t_initial=300)', 2],
    [optimizer + 's = my.get_schedule(optimizer, 5)', 2],
    [optimizer + epochs('train(model)\nself.s.step()'), 4],
    [optimizer + epochs('train(model)\nsched.step_update(epoch)'), 4],
    [
      optimizer +
        's = StepLR(optimizer, 5)\nwarm = warmup.LinearWarmup(optimizer, 10)\n' +
        epochs('train(model)\nwith warm.dampening():\n    s.step()'),
      3,
    ],
    ['from lr_scheduler import PolynomialLR\n' + optimizer + 's = PolynomialLR(optimizer, 100)', 3],
    ['from myproject.x import *\n' + optimizer + 's = PolynomialLR(optimizer, 100)', 3],
    ['import timm\n' + optimizer + 's = timm.scheduler.create_scheduler(args, optimizer)', 3],
    ['import tensorflow as tf\nlr = tf.keras.optimizers.schedules.CosineDecay(0.1, 1000)', 2],
    ['import optax\ns = optax.cosine_decay_schedule(0.1, 1000)', 2],
    ['learn.fit_one_cycle(5, 1e-3)', 1],
  ])('%j', (code, line) => check(code, `refused python-unsupported ${line}`));
});

test('the way out of another library’s schedule does not say how often it is stepped', () => {
  const code = `${optimizer}from timm.scheduler import CosineLRScheduler\ns = CosineLRScheduler(optimizer, t_initial=9)\n${epochs(
    `${batches}s.step(epoch)`,
  )}`;
  expect(fromPyTorch(code)).toMatchObject({
    issues: [{ detail: 'other-library', accepted: 'SequentialLR with LinearLR and CosineAnnealingLR' }],
  });
});

describe('the text', () => {
  test.each([
    [
      'def f(optimizer):\n    """\n    >>> s = StepLR(optimizer, 5)\n    """\n' +
        optimizer +
        's = ExponentialLR(optimizer, 0.9)',
      'read ExponentialLR epoch',
    ],
    ['!pip install torch\n%matplotlib inline\ns = StepLR(optimizer, 5)\ns?', 'read StepLR epoch'],
    ['\uFEFFs = StepLR(optimizer, 5)', 'read StepLR epoch'],
    ["Here's my code:\n```python\ns = StepLR(optimizer, 5)\n```\nand it doesn't work", 'read StepLR epoch'],
    [
      'def f(g=lambda x: x): pass\nfor n in filter(lambda q: q, xs): pass\nif any(map(lambda p: p, xs)): pass\ns = StepLR(optimizer, 5)',
      'read StepLR epoch',
    ],
    [
      'name = "cos"\nmatch name:\n    case "step":\n        s = StepLR(optimizer, 5)\n    case "cos" | "cosine":\n        s = CosineAnnealingLR(optimizer, 5)',
      'read CosineAnnealingLR epoch',
    ],
    [
      'for p in model.parameters(): p.requires_grad = False\n' + optimizer + 's = StepLR(optimizer, 5)',
      'read StepLR epoch',
    ],
    [
      optimizer +
        's = StepLR(optimizer, 5)\n' +
        epochs(
          "train()\ns.step()\ntorch.save({'s': s.state_dict()}, f)\nwandb.log({'lr': s.get_last_lr()[0]})\nprint(*s.get_last_lr())",
        ),
      'read StepLR epoch',
    ],
  ])('%j', (code, expected) => check(code, expected));
});

describe('the update loop is the one that holds the update', () => {
  const step = optimizer + 's = StepLR(optimizer, 30)\n';
  test.each([
    [step + epochs(`${batches}s.step()`, 'for e in tqdm.trange(100):'), 'read StepLR epoch'],
    [
      step + 'pbar = tqdm(range(100))\n' + epochs(`${batches}s.step()`, 'for e in pbar:'),
      'read StepLR epoch',
    ],
    [step + epochs(`${batches}s.step()`, 'for e in np.arange(100):'), 'read StepLR epoch'],
    [step + epochs(`${batches}s.step()`, 'for e in master_bar(range(100)):'), 'read StepLR epoch'],
    [
      step +
        epochs(
          'for p in model.parameters(): p.grad = None\nloss.backward()\noptimizer.step()\ns.step()',
          'for i in range(10000):',
        ),
      'read StepLR step',
    ],
    [
      step +
        epochs(
          'for micro in range(4): loss.backward()\noptimizer.step()\ns.step()',
          'for i in range(10000):',
        ),
      'read StepLR step',
    ],
    [
      step +
        epochs(
          'for i, x in enumerate(loader):\n    loss.backward()\n    if (i + 1) % 4 == 0:\n        optimizer.step()\n        s.step()',
        ),
      'read StepLR step',
    ],
    [
      step +
        epochs(
          'for i, x in enumerate(loader):\n    if (i + 1) % 4 != 0:\n        continue\n    optimizer.step()\n    s.step()',
        ),
      'read StepLR step',
    ],
    [
      step + epochs('optimizer.step()\nif (step + 1) % 500 == 0: s.step()', 'for step in range(10000):'),
      'refused python-stepping 5',
    ],
    [step + epochs('s.step()\nmodel.train_epoch(loader, optimizer)'), 'refused python-stepping 4'],
    [step + epochs('train(model)\ns.step()', 'for ep in range(epochs):'), 'read StepLR epoch'],
    [step + epochs('train(model)\ns.step()', 'for i in range(num_epochs):'), 'read StepLR epoch'],
    [step + epochs('optimizer.step()\ns.step()', 'for k in range(num_steps):'), 'read StepLR step'],
    [step + epochs('train(model)\ns.step()', 'for i in range(9):'), 'asked for … in range(9)'],
    [
      'def run():\n    for x, y in loader:\n        optimizer.step()\n        s.step()\n' + step + 'run()',
      'read StepLR step',
    ],
    [
      'from torch.optim import lr_scheduler\n' +
        optimizer +
        'lr_scheduler = lr_scheduler.StepLR(optimizer, 7)',
      'read StepLR epoch',
    ],
    [optimizer + 'm = torch.optim.lr_scheduler\ns = m.StepLR(optimizer, 7)', 'read StepLR epoch'],
    [step + epochs('train(model)\ns.step(epoch)'), 'refused python-stepping 5'],
    [step + epochs('train(model)\nif epoch > 3:\n    s.step()'), 'refused python-stepping 6'],
  ])('%j', (code, expected) => check(code, expected));
});

describe('a step that happens only sometimes is not read as one that always does', () => {
  const step = optimizer + 's = StepLR(optimizer, 30)\n';
  test.each([
    [step + epochs('train(model)\ns.step() if epoch > 3 else None'), 'refused python-stepping 5'],
    [step + epochs('train(model)\nepoch > 3 and s.step()'), 'refused python-stepping 5'],
    [step + epochs('train(model)\n[x.step() for x in [s] if epoch > 3]'), 'refused python-unsupported 5'],
    [step + epochs('train(model)\nhooks.run(s.step)'), 'refused python-unsupported 5'],
    [step + epochs(`${batches}for _ in range(2):\n    s.step()`), 'refused python-stepping 7'],
    [
      step + epochs('for x in loader:\n    optimizer.step()\n    if done: break\n    s.step()'),
      'refused python-stepping 7',
    ],
    ['s = fast and StepLR(optimizer, 3)', 'refused python-unsupported 1'],
  ])('%j', (code, expected) => check(code, expected));
});

describe('a rate that is changed by hand is seen', () => {
  const step = optimizer + 's = StepLR(optimizer, 7)\n';
  test.each([
    [step + 'groups = optimizer.param_groups\nfor g in groups: g["lr"] = 1e-4', 4],
    [step + '[g.update({"lr": 1}) for g in optimizer.param_groups]', 3],
    [step + 'optimizer.param_groups[0].update(lr=0.2)', 3],
    [step + 'pg = optimizer.param_groups[0]\npg["lr"] *= 0.1', 4],
    [step + 's.gamma = 0.5', 3],
    [step + 's.load_state_dict(state)', 3],
  ])('%j', (code, line) => check(code, `refused python-change ${line}`));

  test('what is only read may be read', () => {
    check(step + 'for g in optimizer.param_groups: lr = g["lr"]', 'read StepLR epoch');
  });
});

describe('values', () => {
  const parametersOf = (code: string): unknown => {
    const result = fromPyTorch(code);
    if (!result.success) throw new Error(summaryOf(result));
    return result.policy[0].scheduler;
  };
  test.each([
    ['ms = [30, 80]; ms[0] = 10\ns = MultiStepLR(optimizer, ms)', { milestones: [10, 80] }],
    ['ms = [30, 80, 90]; del ms[0]\ns = MultiStepLR(optimizer, ms)', { milestones: [80, 90] }],
    ['s = StepLR(optimizer, int(0.5 // 0.1))', { stepSize: 4 }],
    ['s = StepLR(optimizer, int(1 % 0.1 * 100))', { stepSize: 9 }],
    [
      's = MultiStepLR(optimizer, [i * 10 for i in range(1, 4)], gamma=math.exp(-0.1))',
      { milestones: [10, 20, 30], gamma: Math.exp(-0.1) },
    ],
    ['epochs = 90\ns = CosineAnnealingLR(optimizer, round(0.5 * epochs))', { tMax: 45 }],
    [
      'class CFG:\n    gamma = 0.7\ncfg = {"step": 4}\ns = StepLR(optimizer, cfg["step"] or 9, CFG.gamma)',
      { stepSize: 4, gamma: 0.7 },
    ],
    [
      'def f(step: int) -> float:\n    t = step / 5\n    return min(1.0, t)\ns = LambdaLR(optimizer, f)',
      { lrLambda: 'min(1, epoch / 5)' },
    ],
  ])('%j', (code, parameters) => expect(parametersOf(code)).toMatchObject(parameters));

  test('// follows Python’s rule for fractions in a function too', () => {
    const result = fromPyTorch('s = LambdaLR(optimizer, lambda s: 0.9 ** ((s / 100) // 0.1))');
    const preview = result.success && previewPolicy(result.policy, { lr: 1, steps: 60 });
    expect(preview && preview.lr[0][50]).toBeCloseTo(0.9 ** 4, 12);
  });
});

describe('what cannot be known is asked', () => {
  test.each([
    [
      's = OneCycleLR(optimizer, 0.1, epochs=args.epochs, steps_per_epoch=len(train_loader))',
      'asked args.epochs, len(train_loader)',
    ],
    [
      'if args.sched == "step":\n    s = StepLR(optimizer, 30)\nelse:\n    s = ExponentialLR(optimizer, 0.9)',
      'asked args.sched == "step"',
    ],
    ['s = ReduceLROnPlateau(optimizer)\n' + epochs('train()\ns.step(test_loss)'), 'asked test_loss'],
    [
      's = ReduceLROnPlateau(optimizer)\n' + epochs("train()\ns.step(metrics['val_loss'])"),
      "asked metrics['val_loss']",
    ],
    [
      's = ReduceLROnPlateau(optimizer)\n' + epochs('train()\ns.step(val_loss.item())'),
      'read ReduceLROnPlateau epoch',
    ],
    ['a = StepLR(opt_g, 3)\nb = StepLR(opt_d, 3)', 'asked optimizer'],
  ])('%j', (code, expected) => check(code, expected));

  test('an answer takes its place, and a plan suggests one', () => {
    const code = 's = StepLR(optimizer, len(train_loader))';
    const asked = fromPyTorch(code, { plan });
    expect(!asked.success && asked.unknowns?.[0]).toMatchObject({
      expression: 'len(train_loader)',
      line: 1,
      suggestion: 94,
    });
    const read = fromPyTorch(code, { assume: { 'len(train_loader)': 7 } });
    expect(read.success && read.policy[0].scheduler).toMatchObject({ stepSize: 7 });
  });

  test('the optimizer is read too', () => {
    const result = fromPyTorch(
      'o = torch.optim.AdamW(p, lr=3e-4, betas=(0.9, 0.95), weight_decay=0.1)\ns = ExponentialLR(o, 0.9, verbose=True)',
    );
    expect(result.success && result.optimizer).toEqual({
      type: 'AdamW',
      lr: 3e-4,
      betas: [0.9, 0.95],
      weightDecay: 0.1,
    });
    expect(result.success && result.notes.map(({ code }) => code)).toEqual(['verbose', 'per-epoch']);
  });

  test('a OneCycleLR that is stepped too often is noted', () => {
    const code = `${optimizer}s = OneCycleLR(optimizer, 0.1, total_steps=5)\nfor step in range(9):\n    optimizer.step()\n    s.step()`;
    const result = fromPyTorch(code);
    expect(result.success && result.notes.map(({ code: name }) => name)).toContain('too-many-steps');
  });
});

describe('Hugging Face’s schedules have the rates of their published formulas', () => {
  const [warmup, total] = [10, 60];
  const rise = (step: number): number => step / warmup;
  const progress = (step: number): number => (step - warmup) / (total - warmup);
  test.each<[string, (step: number) => number]>([
    [
      'get_linear_schedule_with_warmup(optimizer, 10, 60)',
      (step) => Math.max(0, (total - step) / (total - warmup)),
    ],
    [
      'get_cosine_schedule_with_warmup(optimizer, 10, 60)',
      (step) => Math.max(0, 0.5 * (1 + Math.cos(Math.PI * progress(step)))),
    ],
    [
      'get_cosine_with_hard_restarts_schedule_with_warmup(optimizer, 10, 60, num_cycles=3)',
      (step) => (progress(step) >= 1 ? 0 : 0.5 * (1 + Math.cos(Math.PI * ((3 * progress(step)) % 1)))),
    ],
    [
      'get_polynomial_decay_schedule_with_warmup(optimizer, 10, 60, lr_end=0.01, power=2.0)',
      (step) => (step > total ? 0.1 : ((0.1 - 0.01) * (1 - progress(step)) ** 2 + 0.01) / 0.1),
    ],
    ['get_constant_schedule_with_warmup(optimizer, 10)', () => 1],
    ['get_inverse_sqrt_schedule(optimizer, 10)', (step) => 1 / Math.sqrt(step / warmup)],
    [
      'get_scheduler("cosine", optimizer=optimizer, num_warmup_steps=10, num_training_steps=60)',
      (step) => Math.max(0, 0.5 * (1 + Math.cos(Math.PI * progress(step)))),
    ],
    ['get_scheduler("linear", optimizer, 10, 60)', (step) => Math.max(0, (total - step) / (total - warmup))],
  ])('%s', (call, after) => {
    const result = fromPyTorch(`${optimizer}s = ${call}`);
    if (!result.success) throw new Error(summaryOf(result));
    expect(result.policy[0].interval).toBe('step');
    const { lr } = previewPolicy(result.policy, { lr: 0.1, steps: 70 });
    for (let step = 0; step < 70; step += 1) {
      expect(lr[0][step]).toBeCloseTo(0.1 * (step < warmup ? rise(step) : after(step)), 10);
    }
  });
});

describe('no text takes long or throws', () => {
  const nested = (count: number): string =>
    count === 0 ? 'StepLR(optimizer, 3)' : `ChainedScheduler([${nested(count - 1)}])`;
  test.each([
    `a = [1]\n${'a = [a, a]\n'.repeat(60)}s = MultiStepLR(optimizer, a)`,
    's = MultiStepLR(optimizer, list(range(25000)))',
    `s = ${nested(20)}`,
    `s = StepLR(optimizer, ${Array.from({ length: 5000 }, () => '1').join('+')})`,
    'def f(x):\n    return f(x) + f(x)\nf(1)\ns = StepLR(optimizer, 3)',
  ])('%j', (code) => expect(fromPyTorch(code).success).toBe(false));
});

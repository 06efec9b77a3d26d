/** The reader's own code of a library's functions: nothing that is said about a program comes from it. */
import { describe, expect, test } from 'vitest';
import { fromPyTorch } from '../../../src/policy/index.js';
import { huggingFaceProgram } from '../../../src/policy/python/calls/schedulers/hugging-face-program.js';

const plan = { steps: 940, stepsPerEpoch: 94, epochs: 10, lr: 0.1 };

/** What may stand in a message about a call of these functions, besides the text of the program. */
const own = new Set(huggingFaceProgram.match(/[a-z]\w*_\w+|factor|shift|decay|progress|timescale|options/g));

const functions = [...huggingFaceProgram.matchAll(/^def (\w+)\((.*)\):$/gm)].map(
  ([, name, parameters]) => [name, parameters] as const,
);

const kinds = [...huggingFaceProgram.matchAll(/name == ("\w+")/g)].map(([, kind]) => kind);

const builds = [
  'optimizer = torch.optim.SGD(model.parameters(), lr=0.1)\n',
  'optimizer = AdamW(model.parameters(), lr=args.lr)\n',
  'optimizer = make(model)\n',
  '',
];

const tails = [
  '',
  'for epoch in range(3):\n    for x in loader:\n        optimizer.step()\n        s.step()\n',
];

const argumentLists = [
  [],
  ['5'],
  ['optimizer'],
  ['optimizer', '10', '100'],
  ['optimizer', 'warmup', 'total'],
  ['optimizer', '0.1 * total', 'len(loader) * 3'],
  ['optimizer', '0', '0'],
  ['optimizer', 'None', 'None'],
  ['optimizer', '"a"', '"b"'],
  ['optimizer', '[1]', '{}'],
  ['optimizer', 'num_warmup_steps=5'],
  ['optimizer', 'num_training_steps=100', 'num_warmup_steps=warm()'],
  ['optimizer', '10', '100', 'min_lr=1e-5'],
  ['optimizer', '10', '100', 'min_lr_rate=rate'],
  ['optimizer', '10', '100', 'num_cycles=cycles'],
  ['optimizer', '10', '100', 'power=power', 'lr_end=end'],
  ['optimizer', '10', '100', 'scheduler_specific_kwargs=kwargs'],
  ['optimizer', '10', '100', 'scheduler_specific_kwargs={"min_lr": 1e-5, "verbose": True}'],
  ['optimizer', '*arguments'],
  ['optimizer', '**config'],
];

/** Everything that is said about a program: the line, the text that it names, and the sentence. */
function saidOf(code: string): { line: number; text: string; message: string }[] {
  const result = fromPyTorch(code, { plan });
  if (result.success) return result.notes.map(({ line, value, message }) => ({ line, text: value, message }));
  if (result.unknowns)
    return result.unknowns.map(({ line, expression, message }) => ({ line, text: expression, message }));
  return result.issues.map(({ line = 0, received, message }) => ({
    line,
    text: received,
    // What a function takes is said with its signature.
    message: message.replace(/; accepted: .*$/, ''),
  }));
}

function check(code: string): void {
  const lines = code.trimEnd().split('\n').length;
  // The rate of an optimizer that is built elsewhere has no text: it is asked for by the optimizer's.
  const text = code.replaceAll(/\s+/g, ' ');
  const classes = ['LambdaLR', 'ReduceLROnPlateau', 'policy[0]', 'null'];
  for (const said of saidOf(code)) {
    expect(said.line, `${code}\n${said.message}`).toBeGreaterThanOrEqual(1);
    expect(said.line, `${code}\n${said.message}`).toBeLessThanOrEqual(lines);
    for (const [, line] of said.message.matchAll(/[Ll]ine (\d+)/g))
      expect(Number(line), `${code}\n${said.message}`).toBeLessThanOrEqual(lines);
    const named = said.text.replace(/\.lr$/, '').replace(/…$/, '');
    expect(named, `${code}\n${said.message}`).not.toBe('');
    if (!classes.includes(named)) expect(text, said.message).toContain(named);
    for (const word of said.message.match(/\w+/g) ?? [])
      if (
        own.has(word) &&
        !/^lr_lambda$|^last_epoch$/.test(word) &&
        !said.message.includes(`is not given ${word}`)
      )
        expect(code, said.message).toContain(word);
  }
}

describe.each(functions)('%s', (name) => {
  test.each(name === 'get_scheduler' ? [...kinds, '"other"', 'args.kind', '3'] : [''])(
    'is never quoted, whatever it is given %s',
    (kind) => {
      const calls = argumentLists.map(
        (given) => `s = ${name}(${[kind, ...given].filter((each) => each !== '').join(', ')})\n`,
      );
      calls.forEach((call, index) => {
        check(`${builds[index % builds.length]}${call}${tails[index % tails.length]}`);
        check(`${builds[(index + 1) % builds.length]}${call}`);
      });
    },
  );
});

describe('a call of transformers', () => {
  const script = `import torch
from transformers import get_scheduler
model = Net()
optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5)
scheduler = get_scheduler("linear", optimizer, num_warmup_steps=100, num_training_steps=1000)
for epoch in range(3):
    for batch in loader:
        loss = model(**batch).loss
        loss.backward()
        optimizer.step()
        scheduler.step()
        optimizer.zero_grad()
`;

  test('is noted by its own line only', () => {
    const result = fromPyTorch(script, { plan });
    expect(result).toMatchObject({
      success: true,
      notes: [{ code: 'hugging-face', line: 5, value: 'get_scheduler' }],
    });
  });

  test.each([
    ['get_scheduler("linear", optimizer)', 'python-value'],
    ['get_linear_schedule_with_warmup(optimizer, 10)', 'python-call'],
    ['get_constant_schedule()', 'python-call'],
  ])('without what it needs is refused with what it takes: %s', (call, code) => {
    const result = fromPyTorch(`optimizer = SGD(p, lr=1)\ns = ${call}\n`, { plan });
    expect(result).toMatchObject({ issues: [{ code, line: 2, received: call }] });
    const { accepted } = result.success || !result.issues ? { accepted: '' } : result.issues[0];
    expect(accepted).toContain('optimizer');
  });
});

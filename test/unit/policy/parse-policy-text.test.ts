import { expect, test } from 'vitest';
import { parsePolicyText } from '../../../src/policy/index.js';
import { fc } from '../../property-runs.js';

function syntaxOf(text: string): { line?: number; column?: number; received: string } {
  const result = parsePolicyText(text);
  if (result.success) throw new Error('the text was accepted');
  const [issue] = result.issues;
  expect(issue.code).toBe('syntax');
  return issue;
}

test('JSON of a policy is parsed', () => {
  expect(parsePolicyText('{ "type": "ExponentialLR", "gamma": 0.9 }')).toMatchObject({
    success: true,
    policy: [{ scheduler: { type: 'ExponentialLR', gamma: 0.9 }, interval: 'epoch', frequency: 1 }],
  });
});

test('a text that begins with a byte order mark is parsed', () => {
  expect(parsePolicyText('\uFEFF{ "type": "ExponentialLR", "gamma": 0.9 }')).toMatchObject({ success: true });
});

test.each([
  ['', 1, 1, ''],
  ['[', 1, 2, ''],
  ['[1,]', 1, 4, ']'],
  ["{ 'type': 1 }", 1, 3, "'type': 1 }"],
  ['{\n  "type": "StepLR",\n  "stepSize": 3O\n}', 3, 16, 'O'],
  ['{ "a" 1 }', 1, 7, '1 }'],
  ['[1] 2', 1, 5, '2'],
  ['[\n  "open\n]', 2, 3, '"open'],
  ['[01]', 1, 3, '1]'],
  ['{ "a": 1, }', 1, 11, '}'],
  ['[1 2]', 1, 4, '2]'],
])('%j stops being JSON at line %i, column %i', (text, line, column, received) => {
  expect(syntaxOf(text)).toMatchObject({ line, column, received });
});

test('a text that nests deeper than any call stack is an issue', () => {
  const result = parsePolicyText('['.repeat(200_000));
  expect(result).toMatchObject({ success: false, issues: [{ code: 'syntax', column: 200_001 }] });
});

test('any text parses to a policy or issues, and a syntax error is inside the text or at its end', () => {
  const damaged = fc
    .tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 }))
    .map(
      ([text, at, extra]) =>
        text.slice(0, at % (text.length + 1)) + extra + text.slice((at % (text.length + 1)) + 1),
    );
  fc.assert(
    fc.property(fc.oneof(fc.string(), damaged), (text) => {
      const result = parsePolicyText(text);
      if (result.success || result.issues[0].code !== 'syntax') return;
      const { line = 0, column = 0 } = result.issues[0];
      const lines = text.split('\n');
      expect(line).toBeGreaterThanOrEqual(1);
      expect(line).toBeLessThanOrEqual(lines.length);
      expect(column).toBeLessThanOrEqual(lines[line - 1].length + 1);
    }),
  );
});

import { describe, expect, test } from 'vitest';
import { parseFormula } from '../../../src/policy/index.js';
import type { Formula } from '../../../src/policy/index.js';
import { formulaTexts } from './arbitraries.js';
import { fc } from '../../property-runs.js';

function formula(text: string, argument?: string): Formula {
  const result = parseFormula(text, argument);
  if (!result.success) throw new Error(result.problem.reason);
  return result.formula;
}

function reasonOf(text: string): string {
  const result = parseFormula(text);
  return result.success ? `accepted as ${result.formula.text}` : result.problem.reason;
}

describe('values', () => {
  test.each([
    ['0.95 ** epoch', 2, 0.9025],
    ['1 / (1 + 0.5 * epoch)', 2, 0.5],
    ['epoch < 5 ? epoch / 5 : 1', 2, 0.4],
    ['epoch < 5 ? epoch / 5 : 1', 5, 1],
    ['epoch >= 3 ? 1 : epoch == 2 ? 7 : 8', 2, 7],
    ['(epoch < 3) * 0.5', 2, 0.5],
    ['2 ** 3 ** 2', 0, 512],
    ['-(2 ** 2)', 0, -4],
    ['(-2) ** 2', 0, 4],
    ['2 ** -1', 0, 0.5],
    ['8 - 4 - 2', 0, 2],
    ['8 / 4 / 2', 0, 1],
    ['- epoch * 3', 2, -6],
    ['-7 % 5', 0, 3],
    ['7 % -5', 0, -3],
    ['epoch % 5', 7, 2],
    ['min(3, epoch, 5)', 4, 3],
    ['max(0.1, 1 - epoch / 4, 0.2)', 4, 0.2],
    ['floor(epoch / 2) + ceil(epoch / 2)', 3, 3],
    ['abs(epoch - 5)', 2, 3],
    ['sqrt(epoch) + pow(epoch, 2)', 4, 18],
    ['exp(log(e))', 0, Math.E],
    ['sin(pi / 2) + cos(pi) + tan(0)', 0, 0],
    ['1e-3 * epoch', 2, 0.002],
    ['+epoch', 2, 2],
  ])('%s at %d is %d', (text, argument, value) => {
    expect(formula(text).evaluate(argument)).toBeCloseTo(value, 12);
  });

  test.each([
    ['1 / epoch', 0],
    ['5 % epoch', 0],
    ['epoch ** -1', 0],
    ['log(epoch)', 0],
    ['sqrt(epoch)', -1],
    ['exp(epoch)', 1000],
    ['10 ** epoch', 400],
    ['(1 / epoch) ** 0', 0],
    ['1 / epoch < 3 ? 1 : 2', 0],
    ['min(1, log(epoch))', 0],
  ])('%s at %d, where Python raises, is NaN', (text, argument) => {
    expect(formula(text).evaluate(argument)).toBeNaN();
  });
});

describe('spelling', () => {
  test.each([
    ['.95**epoch', '0.95 ** epoch'],
    ['((0.95)**(epoch))', '0.95 ** epoch'],
    ['(1+2)*epoch', '(1 + 2) * epoch'],
    ['1+2*epoch', '1 + 2 * epoch'],
    ['8-(4-2)', '8 - (4 - 2)'],
    ['(2**3)**2', '(2 ** 3) ** 2'],
    ['2**3**epoch', '2 ** 3 ** epoch'],
    ['-(2**epoch)', '-(2 ** epoch)'],
    ['(-epoch)**2', '(-epoch) ** 2'],
    ['step<5?step:1', 'epoch < 5 ? epoch : 1'],
    ['1e-7 * 1e21', '1e-7 * 1e+21'],
  ])('%s is spelt %s', (text, spelling) => {
    expect(formula(text).text).toBe(spelling);
  });

  test('the argument is called as asked', () => {
    expect(formula('0.5 * step', 'x').text).toBe('0.5 * x');
  });

  test('a spelling reads as the same function and is spelt the same again', () => {
    fc.assert(
      fc.property(formulaTexts(), fc.integer({ min: 0, max: 200 }), (text, argument) => {
        const first = formula(text);
        const second = formula(first.text);
        expect(second.text).toBe(first.text);
        expect(second.evaluate(argument)).toBe(first.evaluate(argument));
      }),
    );
  });
});

describe('refusals', () => {
  test.each([
    '',
    '  ',
    '1 2',
    '1, 2',
    '1; 2',
    '(1, 2)',
    'x = 1',
    'epoch += 1',
    'epoch++',
    '1 +',
    '(1',
    '"1"',
    '[1][0]',
    '{}',
    'epoch[0]',
    'epoch.constructor',
    'min.constructor("return 1")()',
    'function Object() { [native code] }',
    '[object Object]',
    'function toString() { [native code] }',
    'hasOwnProperty(1)',
    'constructor(1)',
    '(min)(1, 2)(3)',
    'this',
    'true',
    'null',
    'undefined',
    'NaN',
    'Infinity',
    'globalThis',
    'window',
    'eval(1)',
    'Math.sin(1)',
    'min(1)',
    'pow(1, 2, 3)',
    'sin()',
    '!epoch',
    '~epoch',
    'epoch & 1',
    'epoch && 1',
    'epoch || 1',
    'epoch ?? 1',
    'epoch >> 1',
    'epoch === 1',
    'epoch // 2',
    'epoch => 1',
    '`1`',
    'new Date()',
    '-2 ** 2',
    '- epoch ** 2',
    '+(1 + epoch) ** 2',
    '-sin(epoch) ** 2',
    '2 ** -2 ** 2',
    '1 < 2 < 3',
    '(1 < epoch) == (2 < 3)',
    '9 ** 9 ** 9',
    '1e999',
    '1 / 0',
    'log(0)',
    'epoch ** 1e9',
    'pow(epoch, 5000)',
    '学习率',
    'epoch ? 1',
  ])('%j is not a formula', (text) => {
    expect(reasonOf(text)).not.toMatch(/^accepted/);
  });

  test('the reason names the part', () => {
    expect(reasonOf('-2 ** 2')).toContain('write (-2) ** … or -(2 ** …)');
    expect(reasonOf('2 * foo')).toBe('foo is not a name that a formula knows');
    expect(reasonOf('clamp(1)')).toBe('clamp is not a function that a formula knows');
    expect(reasonOf('epoch ** 5000')).toBe('the exponent 5000 is larger than 1000');
    expect(reasonOf('min(1)')).toBe('min takes at least 2 arguments, not 1');
  });

  test('length and depth are bounded', () => {
    expect(reasonOf(`1${'+1'.repeat(200)}`)).toContain('characters');
    expect(reasonOf(`${'sin('.repeat(50)}1${')'.repeat(50)}`)).toContain('levels deep');
    expect(reasonOf(`${'-'.repeat(200)}1`)).toContain('levels deep');
    expect(reasonOf(`min(1${',1'.repeat(140)})`)).toContain('characters');
  });
});

describe('for any text', () => {
  const words = fc.constantFrom(
    ...[
      'epoch',
      'x',
      'pi',
      '2',
      '0.5',
      '1e9',
      '+',
      '-',
      '*',
      '/',
      '%',
      '**',
      '<',
      '==',
      '?',
      ':',
      '(',
      ')',
      ',',
    ],
    ...[
      'min',
      'sin',
      'function Object() { [native code] }',
      '[object Object]',
      '.',
      '[',
      ']',
      '=',
      '"',
      '`',
      ' ',
      '\\',
      '=>',
      ';',
      '{',
      'this',
    ],
  );
  const texts = fc.oneof(
    fc.string(),
    fc.string({ unit: 'binary', maxLength: 400 }),
    fc.array(words, { maxLength: 80 }).map((parts) => parts.join('')),
    fc.array(words, { maxLength: 80 }).map((parts) => parts.join(' ')),
  );

  test('a function that gives a number, or a reason; never a throw', () => {
    fc.assert(
      fc.property(texts, fc.double(), (text, argument) => {
        const result = parseFormula(text);
        if (result.success) expect(typeof result.formula.evaluate(argument)).toBe('number');
        else expect(result.problem.reason).not.toBe('');
      }),
    );
  });
});

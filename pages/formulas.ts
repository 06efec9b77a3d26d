/**
 * The formula of each scheduler, as data: one source for what a reader sees (formula-view.ts) and for the numbers that a
 * test compares with the scheduler. They are PyTorch's closed forms, or its steps where there is no closed form.
 */
import type { SchedulerType } from '../src/policy/index.js';

/** What joins terms. `if` lists pairs of a value and its condition, and `count` the milestones that have come. */
export type Operator =
  '+' | '-' | '*' | '/' | '^' | '<' | '≥' | '>' | 'floor' | 'min' | 'max' | 'cos' | 'abs' | 'if';

/** A number, a name, or an operator with its terms. */
export type Term = number | string | readonly [Operator, ...Term[]];

/** A name and its value. */
export interface Equation {
  readonly name: string;
  readonly is: Term;
}

/** `eta` is the rate of step `t`, `eta0` the optimizer's; other names are parameters, or have an equation of their own. */
const formula = (is: Term, ...where: (readonly [name: string, is: Term])[]): readonly Equation[] => [
  { name: 'eta', is },
  ...where.map(([name, term]) => ({ name, is: term })),
];

/** From `from` to `to` along half a cosine: `h` is {@link halfCosine}. */
const along = (from: Term, to: Term): Term => ['+', to, ['*', ['-', from, to], 'h']];

/** It falls from 1 to 0 as a share goes from 0 to 1. */
const halfCosine = (share: Term): readonly ['h', Term] => [
  'h',
  ['/', ['+', 1, ['cos', ['*', 'pi', share]]], 2],
];

/** How far a number of steps has been made, from 0 to 1. */
const share = (of: Term): Term => ['/', ['min', 't', of], of];

/** The formulas; the first equation is the rate, the others say what its names are. */
export const formulas: Readonly<Record<SchedulerType, readonly Equation[]>> = {
  LambdaLR: formula(['*', 'eta0', 'lambda']),
  MultiplicativeLR: formula(['*', 'etaBefore', 'lambda']),
  StepLR: formula(['*', 'eta0', ['^', 'gamma', ['floor', ['/', 't', 'step_size']]]]),
  MultiStepLR: formula(['*', 'eta0', ['^', 'gamma', 'reached']]),
  ConstantLR: formula([
    '*',
    'eta0',
    ['if', 'factor', ['<', 't', 'total_iters'], 1, ['≥', 't', 'total_iters']],
  ]),
  LinearLR: formula(
    ['*', 'eta0', ['+', 'a', ['*', ['-', 'b', 'a'], 'p']]],
    ['p', share('total_iters')],
    ['a', 'start_factor'],
    ['b', 'end_factor'],
  ),
  ExponentialLR: formula(['*', 'eta0', ['^', 'gamma', 't']]),
  SequentialLR: formula(['if', 'eta1', ['<', 't', 'm1'], 'eta2', ['≥', 't', 'm1']]),
  PolynomialLR: formula(['*', 'eta0', ['^', ['-', 1, 'p'], 'power']], ['p', share('total_iters')]),
  CosineAnnealingLR: formula(along('eta0', 'etaMin'), halfCosine(['/', 't', 'tMax'])),
  ChainedScheduler: formula(['*', 'eta0', 'f1', 'f2']),
  ReduceLROnPlateau: formula(
    ['if', ['*', 'etaBefore', 'factor'], ['>', 'n', 'patience'], 'etaBefore', ['≥', 'patience', 'n']],
    ['n', 'num_bad_epochs'],
  ),
  CyclicLR: formula(
    ['+', 'base_lr', ['*', ['-', 'max_lr', 'base_lr'], 'h']],
    ['h', ['/', ['max', 0, ['-', 1, 'x']], ['^', 2, ['-', 'c', 1]]]],
    ['x', ['abs', ['+', ['-', ['/', 't', 'step_size_up'], ['*', 2, 'c']], 1]]],
    ['c', ['floor', ['+', 1, ['/', 't', ['*', 2, 'step_size_up']]]]],
  ),
  CosineAnnealingWarmRestarts: formula(along('eta0', 'etaMin'), halfCosine(['/', 'tCur', 'tI'])),
  OneCycleLR: formula(
    ['if', along('a', 'max_lr'), ['<', 't', 'n'], along('max_lr', 'b'), ['≥', 't', 'n']],
    halfCosine('p'),
    [
      'p',
      [
        'if',
        ['/', 't', 'n'],
        ['<', 't', 'n'],
        ['/', ['-', 't', 'n'], ['-', ['-', 'total_steps', 'n'], 1]],
        ['≥', 't', 'n'],
      ],
    ],
    ['n', ['-', ['*', 'pct_start', 'total_steps'], 1]],
    ['a', ['/', 'max_lr', 'div_factor']],
    ['b', ['/', 'a', 'final_div_factor']],
  ),
  SWALR: formula(
    ['+', ['*', 'alpha', 'swa_lr'], ['*', ['-', 1, 'alpha'], 'eta0']],
    ['alpha', ['/', ['-', 1, ['cos', ['*', 'pi', share('anneal_epochs')]]], 2]],
  ),
};

/** The value of a term, whose names have these values. */
export function valueOf(term: Term, values: Readonly<Record<string, number>>): number {
  if (typeof term === 'number') return term;
  if (typeof term === 'string') {
    if (term === 'pi') return Math.PI;
    if (!Object.hasOwn(values, term)) throw new Error(`${term} has no value.`);
    return values[term];
  }
  const [operator, ...terms] = term;
  if (operator === 'if') {
    const at = terms.findIndex((condition, index) => index % 2 === 1 && valueOf(condition, values) === 1);
    return valueOf(terms[at - 1], values);
  }
  const [first, ...rest] = terms.map((each) => valueOf(each, values));
  return rest.length === 0
    ? alone[operator as keyof typeof alone](first)
    : rest.reduce(joined[operator], first);
}

const alone = { floor: Math.floor, cos: Math.cos, abs: Math.abs };

const joined: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
  '<': (a, b) => Number(a < b),
  '≥': (a, b) => Number(a >= b),
  '>': (a, b) => Number(a > b),
  min: (a, b) => Math.min(a, b),
  max: (a, b) => Math.max(a, b),
};

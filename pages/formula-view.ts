/** Shows a formula as native MathML, which browsers lay out and read aloud by themselves. */
import { html, mathml, type TemplateResult } from 'lit';
import type { Equation, Term } from './formulas.js';

type Part = TemplateResult<3>;

const sub = (base: string, below: Part): Part => mathml`<msub><mi>${base}</mi>${below}</msub>`;
const word = (text: string): Part => mathml`<mi>${text}</mi>`;
const number = (value: number): Part => mathml`<mn>${value}</mn>`;
const sign = (text: string): Part => mathml`<mo>${text}</mo>`;
const row = (...parts: Part[]): Part => mathml`<mrow>${parts}</mrow>`;
const before = row(mathml`<mi>t</mi>`, sign('−'), number(1));
const ofTime = row(sign('('), mathml`<mi>t</mi>`, sign(')'));

/** The names that are not shown as they are. */
const symbols: Readonly<Record<string, Part>> = {
  eta: sub('η', mathml`<mi>t</mi>`),
  eta0: sub('η', number(0)),
  etaBefore: sub('η', before),
  etaMin: sub('η', word('min')),
  eta1: mathml`<msubsup><mi>η</mi><mi>t</mi><mrow><mo>(</mo><mn>1</mn><mo>)</mo></mrow></msubsup>`,
  eta2: mathml`<msubsup><mi>η</mi><mrow><mi>t</mi><mo>−</mo><msub><mi>m</mi><mn>1</mn></msub></mrow><mrow><mo>(</mo><mn>2</mn><mo>)</mo></mrow></msubsup>`,
  m1: sub('m', number(1)),
  f1: row(sub('f', number(1)), ofTime),
  f2: row(sub('f', number(2)), ofTime),
  gamma: mathml`<mi>γ</mi>`,
  alpha: mathml`<mi>α</mi>`,
  pi: mathml`<mi>π</mi>`,
  lambda: row(mathml`<mi>λ</mi>`, ofTime),
  tMax: sub('T', word('max')),
  tCur: sub('T', word('cur')),
  tI: sub('T', mathml`<mi>i</mi>`),
  reached: mathml`<mrow><mo>|</mo><mo>{</mo><mi>m</mi><mo>∈</mo><mi>milestones</mi><mo>:</mo><mi>m</mi><mo>≤</mo><mi>t</mi><mo>}</mo><mo>|</mo></mrow>`,
};

const fences = { floor: ['⌊', '⌋'], abs: ['|', '|'] } as const;

/** How tightly an operator binds: a looser one inside a tighter one needs brackets. */
const strength: Readonly<Record<string, number>> = { '<': 0, '≥': 0, '>': 0, '+': 1, '-': 1, '*': 2, '^': 3 };

function strengthOf(term: Term): number {
  return typeof term === 'object' ? (strength[term[0]] ?? 4) : 4;
}

/** A term, in brackets where it would otherwise be read in another way. */
function within(term: Term, least: number): Part {
  return strengthOf(term) < least ? row(sign('('), show(term), sign(')')) : show(term);
}

function show(term: Term): Part {
  if (typeof term === 'number') return number(term);
  if (typeof term === 'string') return symbols[term] ?? word(term);
  const [operator, ...terms] = term;
  const [first, second] = terms;
  switch (operator) {
    case '/':
      return mathml`<mfrac>${row(show(first))}${row(show(second))}</mfrac>`;
    case '^':
      return mathml`<msup>${within(first, 4)}${row(show(second))}</msup>`;
    case 'floor':
    case 'abs':
      return row(sign(fences[operator][0]), show(first), sign(fences[operator][1]));
    case 'cos':
      return row(word('cos'), sign('\u2061'), within(first, 3));
    case 'min':
    case 'max':
      return row(word(operator), sign('('), show(first), sign(','), show(second), sign(')'));
    case 'if':
      return cases(terms);
    case '*':
      return row(...terms.flatMap((each, index) => [...(index > 0 ? [product(each)] : []), within(each, 2)]));
    case '-':
      return row(within(first, 1), sign('−'), within(second, 2));
    default:
      return row(show(first), sign(operator), show(second));
  }
}

/** Between factors: a thin space before a bracket, and a dot elsewhere, because names have several letters. */
function product(next: Term): Part {
  return sign(strengthOf(next) < 2 ? '\u2062' : '⋅');
}

/** Values with their conditions, below each other. */
function cases(terms: readonly Term[]): Part {
  const rows = terms.flatMap((value, index) =>
    index % 2 === 0 ? [mathml`<mtr><mtd>${show(value)}</mtd><mtd>${show(terms[index + 1])}</mtd></mtr>`] : [],
  );
  return row(sign('{'), mathml`<mtable columnalign="left left">${rows}</mtable>`);
}

/** A formula, an equation a line. */
export function formulaView(equations: readonly Equation[]): TemplateResult {
  return html`${equations.map(
    ({ name, is }) => html`<math display="block">${row(show(name), sign('='), show(is))}</math>`,
  )}`;
}

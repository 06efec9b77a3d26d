/** Advice in the reader's language: one sentence, and a label for the click that follows it. */
import type { Advice, Policy } from '../../../src/policy/index.js';
import type { AdviceWord, Terms } from '../../locales/terms.js';
import { formatRate } from '../kit/format.js';
import { parameterName } from './scheduler-text.js';

/** A whole number in the reader's language. */
type FormatNumber = (value: number) => string;

/** The sentence of a piece of advice. */
export function adviceText({ code, values }: Advice, terms: Terms, number: FormatNumber): string {
  const { lengths, moments, sentences } = terms.advice;
  const unit = 'unit' in values ? values.unit : undefined;
  const words = Object.fromEntries(
    Object.entries(values).map(([name, value]: [string, number | string]) => {
      if (typeof value === 'string') return [name, value];
      if (name === 'length' && unit !== undefined) return [name, lengths[unit](number(value))];
      if (name === 'at' && unit !== undefined) return [name, moments[unit](number(value))];
      if (name === 'rate' || name === 'limit') return [name, formatRate(value)];
      // The value of a parameter looks as it is written.
      return [name, String(value)];
    }),
  );
  return sentences[code](words as Record<AdviceWord, string>);
}

/** What the fix of a piece of advice does; undefined where it has none. */
export function fixText(policy: Policy, { fix }: Pick<Advice, 'fix'>, terms: Terms): string | undefined {
  if (fix === undefined) return undefined;
  const { fixes } = terms.advice;
  const index = fix.findIndex((entry, place) => entry !== policy[place]);
  const before = policy[index];
  const after = fix[index];
  if (before.interval !== after.interval) return fixes.interval[after.interval];
  if (before.frequency !== after.frequency) return fixes.set('frequency', String(after.frequency));
  const changes = changesBetween(before.scheduler, after.scheduler);
  if (changes.length !== 1) return fixes.fit;
  const [[name, value]] = changes;
  return fixes.set(name, Array.isArray(value) ? value.join(', ') : String(value));
}

type Change = readonly [name: string, value: unknown];

/** The parameters that differ, of a scheduler and of those inside it. */
function changesBetween(before: Policy[number]['scheduler'], after: Policy[number]['scheduler']): Change[] {
  if (before === after) return [];
  const former = new Map<string, unknown>(Object.entries(before));
  const present = new Map<string, unknown>(Object.entries(after));
  const names = new Set([...former.keys(), ...present.keys()]);
  names.delete('schedulers');
  const own = [...names]
    .filter((name) => JSON.stringify(former.get(name)) !== JSON.stringify(present.get(name)))
    .map((name): Change => [parameterName(after.type, name), present.get(name)]);
  if (!('schedulers' in before) || !('schedulers' in after)) return own;
  return [
    ...own,
    ...after.schedulers.flatMap((child, index) => changesBetween(before.schedulers[index], child)),
  ];
}

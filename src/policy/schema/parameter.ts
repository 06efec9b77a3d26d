/**
 * The description of one parameter of a scheduler. The schema that checks a policy, the types, the panel's fields and
 * PyTorch code in both directions all read these rows.
 */

/** The range of a number, with `min` and `max`, without `above` and `below`. */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
  readonly above?: number;
  readonly below?: number;
}

interface Row {
  /** The parameter's name in PyTorch; null for one that only lr-lab has. */
  readonly python: string | null;
  /** PyTorch's default, with null for None. A parameter without one is required. */
  readonly default?: unknown;
}

/** A number or an integer; with `perGroup`, also a list with one for each param group. */
export interface NumberParameter extends Row, Bounds {
  readonly kind: 'number' | 'integer';
  readonly perGroup?: boolean;
}

/** A list of integers. */
export interface IntegersParameter extends Row, Bounds {
  readonly kind: 'integers';
}

/** true or false. */
export interface BooleanParameter extends Row {
  readonly kind: 'boolean';
}

/** One of a few words. */
export interface ChoiceParameter extends Row {
  readonly kind: 'choice';
  readonly values: readonly string[];
}

/** A function of one argument, written as a formula; with `perGroup`, also a list with one for each param group. */
export interface FormulaParameter extends Row {
  readonly kind: 'formula';
  /** The name that the formula's argument has in PyTorch's documentation. */
  readonly argument: string;
  readonly perGroup?: boolean;
}

/** The schedulers of a composite. */
export interface SchedulersParameter extends Row {
  readonly kind: 'schedulers';
}

/** One parameter of one scheduler. */
export type Parameter =
  | NumberParameter
  | IntegersParameter
  | BooleanParameter
  | ChoiceParameter
  | FormulaParameter
  | SchedulersParameter;

/** Whether a parameter is required because PyTorch has no default for it. */
export function isRequired(parameter: Parameter): boolean {
  return !('default' in parameter);
}

/** Whether a number is within the bounds; infinities and NaN never are. */
export function isWithin(value: number, { min, max, above, below }: Bounds): boolean {
  return (
    Number.isFinite(value) &&
    (min === undefined || value >= min) &&
    (max === undefined || value <= max) &&
    (above === undefined || value > above) &&
    (below === undefined || value < below)
  );
}

/** What a parameter accepts, in a notation that needs no translation, such as `0 < number ≤ 1`. */
export function notationOf(parameter: Parameter): string {
  switch (parameter.kind) {
    case 'number':
    case 'integer': {
      const one = notationOfNumber(parameter.kind, parameter);
      return parameter.perGroup ? `${one} | [${one}, …]` : one;
    }
    case 'integers':
      return `[${notationOfNumber('integer', parameter)}, …]`;
    case 'boolean':
      return 'true | false';
    case 'choice':
      return parameter.values.map((value) => `"${value}"`).join(' | ');
    case 'formula': {
      const one = `"f(${parameter.argument})"`;
      return parameter.perGroup ? `${one} | [${one}, …]` : one;
    }
    case 'schedulers':
      return '[{ "type": … }, …]';
  }
}

function notationOfNumber(word: string, { min, max, above, below }: Bounds): string {
  const hasCeiling = max !== undefined || below !== undefined;
  const ceiling = max === undefined ? ` < ${String(below)}` : ` ≤ ${max}`;
  if (!hasCeiling) {
    if (min !== undefined) return `${word} ≥ ${min}`;
    return above === undefined ? word : `${word} > ${above}`;
  }
  const floor = min === undefined ? (above === undefined ? '' : `${above} < `) : `${min} ≤ `;
  return `${floor}${word}${ceiling}`;
}

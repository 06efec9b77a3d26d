/** The options of an optimizer as fields of a form: texts and check boxes under PyTorch's names, in PyTorch's order. */
import { type OptimizerType, optimizerTypes, type OptionNames, optionsOf } from '../../src/config/index.js';

/** The options that are numbers, besides `lr`; `beta1` and `beta2` are the two of `betas`. */
export type NumberOption = Exclude<OptionNames<'number'>, 'lr'> | 'beta1' | 'beta2';

/** The options that are on or off. */
export type FlagOption = OptionNames<'flag'>;

/** An option that is a number. */
export interface NumberField {
  readonly name: NumberOption;
  /** PyTorch's name. */
  readonly python: string;
  /** PyTorch's default. */
  readonly standard: number;
  /** What a run usually starts with. */
  readonly usual: number;
}

/** An option that is on or off; PyTorch's default is off. */
export interface FlagField {
  readonly name: FlagOption;
  /** PyTorch's name. */
  readonly python: string;
}

/** The number fields of an optimizer. */
export function numberFields(type: OptimizerType): NumberField[] {
  return Object.entries(optionsOf(type)).flatMap(([name, option]): NumberField[] => {
    const { kind, python } = option;
    if (kind === 'pair')
      return option.default.map((standard, index) => ({
        name: index === 0 ? 'beta1' : 'beta2',
        python: `${python}[${index}]`,
        standard,
        usual: standard,
      }));
    if (kind !== 'number' || name === 'lr') return [];
    const { default: standard, usual = standard } = option;
    return [{ name: name as NumberOption, python, standard, usual }];
  });
}

/** The check boxes of an optimizer. */
export function flagFields(type: OptimizerType): FlagField[] {
  return Object.entries(optionsOf(type)).flatMap(([name, { kind, python }]) =>
    kind === 'flag' ? [{ name: name as FlagOption, python }] : [],
  );
}

/** The fields of every optimizer, one after the other. */
export const allFields: readonly (NumberField | FlagField)[] = optimizerTypes.flatMap((type) => [
  ...numberFields(type),
  ...flagFields(type),
]);

/** What the dotted names of a script stand for: its imports, and the classes of PyTorch that matter. */
import { isSchedulerType } from '../schema/scheduler-parameters.js';
import type { SchedulerType } from '../schema/scheduler-parameters.js';
import type { Expression } from './python-expression.js';
import type { Token } from './python-tokens.js';

/** What toPyTorch calls the class by which it hands a metric to ReduceLROnPlateau inside a composite. */
export const adapterName = 'WithMetric';

const numpyMembers = new Set(['floor', 'ceil', 'sqrt', 'exp', 'log', 'sin', 'cos', 'tan', 'abs', 'pi', 'e']);
const builtIns = new Set([
  'min',
  'max',
  'abs',
  'pow',
  'int',
  'float',
  'len',
  'list',
  'tuple',
  'range',
  'round',
  'sum',
]);
const torchModules = /^torch\.optim(?:\.lr_scheduler|\.swa_utils)?$|^(?:lr_scheduler|swa_utils)$/;

/** The imports of a script and what its names stand for because of them. */
export class PythonNames {
  /** Local name → the dotted name it was imported from. */
  private readonly imports = new Map<string, string>();
  private readonly isAssigned: (name: string) => boolean;

  /** `isAssigned` tells whether the script itself gives a name a meaning. */
  constructor(isAssigned: (name: string) => boolean) {
    this.isAssigned = isAssigned;
  }

  /** Takes in an `import` statement; false for a statement that is none. */
  import(tokens: readonly Token[]): boolean {
    const words = tokens.filter(({ text }) => text !== '(' && text !== ')').map(({ text }) => text);
    if (words[0] !== 'import' && words[0] !== 'from') return false;
    const from = words[0] === 'from' ? words.slice(1, words.indexOf('import')).join('') : '';
    const names = words
      .slice(words.indexOf('import') + 1)
      .join(' ')
      .replace(/ ,$/, '')
      .split(' , ');
    for (const name of names) {
      const [path, alias] = name.split(' as ').map((part) => part.replaceAll(' ', ''));
      if (from !== '') this.imports.set(alias || path, `${from}.${path}`);
      else if (alias) this.imports.set(alias, path);
      else if (path) this.imports.set(path.split('.')[0], path.split('.')[0]);
    }
    return true;
  }

  /** The scheduler class that an expression names, if it does: a bare name that the script does not define, or PyTorch's. */
  schedulerClass(expression: Expression): SchedulerType | undefined {
    const path = this.pathOf(expression);
    if (path === undefined) return undefined;
    const dot = path.lastIndexOf('.');
    const last = path.slice(dot + 1);
    return isSchedulerType(last) && (dot < 0 || torchModules.test(path.slice(0, dot))) ? last : undefined;
  }

  /** Whether an expression names an optimizer class of PyTorch. */
  isOptimizerClass(expression: Expression): boolean {
    const path = this.pathOf(expression);
    const known = /^(?:SGD|Adam|AdamW|RMSprop|Adagrad|Adadelta|Adamax|NAdam|RAdam|ASGD|Rprop|LBFGS)$/;
    return path !== undefined && (/^torch\.optim\.[A-Z]\w*$/.test(path) || known.test(path));
  }

  /** Whether an expression names the adapter of toPyTorch. */
  isAdapter(expression: Expression): boolean {
    return expression.type === 'name' && expression.name === adapterName;
  }

  /** The member of `math`, or the same member of numpy, that an expression names. */
  mathMember(expression: Expression): string | undefined {
    const path = this.pathOf(expression);
    const member = /^(math|numpy|np)\.(\w+)$/.exec(path ?? '');
    if (!member) return undefined;
    return member[1] === 'math' || numpyMembers.has(member[2]) ? member[2] : undefined;
  }

  /** Whether a name is a function of Python itself. */
  isBuiltIn(name: string): boolean {
    return builtIns.has(name) && !this.isAssigned(name) && !this.imports.has(name);
  }

  /** The dotted name of an expression, from its first import on; undefined for other expressions and the script's own names. */
  private pathOf(expression: Expression): string | undefined {
    if (expression.type === 'attribute') {
      const object = this.pathOf(expression.object);
      return object === undefined ? undefined : `${object}.${expression.name}`;
    }
    if (expression.type !== 'name' || this.isAssigned(expression.name)) return undefined;
    const imported = this.imports.get(expression.name) ?? expression.name;
    // `optim` and `lr_scheduler` are what everybody calls these two modules.
    return imported === 'optim' ? 'torch.optim' : imported.replace(/^optim\./, 'torch.optim.');
  }
}

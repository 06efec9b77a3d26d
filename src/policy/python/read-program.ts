/** Reads a whole program: its schedulers, how each is stepped, and its optimizer. */
import type { Monitor } from '../policy.js';
import { findInClass } from './calls/classes/find-in-class.js';
import { formulaText } from './calls/schedulers/formula-text.js';
import { isConfiguration, readConfiguration, readsMetric } from './lightning.js';
import type { Configuration } from './lightning.js';
import { Machine } from './machine.js';
import { actsIn, changesRates, writesRates } from './names/acting-blocks.js';
import { foreignLibrary } from './names/foreign-libraries.js';
import { schedulerAt } from './names/paths.js';
import { Question } from './outcome/answers.js';
import type { Answer, PyTorchNote } from './outcome/answers.js';
import { PythonRefusal } from './outcome/python-refusal.js';
import { concerns, readSteps } from './read-training.js';
import { State } from './state/state.js';
import type { TraceNode } from './state/trace.js';
import { parseProgram } from './syntax/parse-program.js';
import type { Program } from './syntax/parse-program.js';
import { isBlock, visitExpressions } from './syntax/statement-parts.js';
import type { Statement } from './syntax/statement.js';
import type {
  CallArgument,
  ClassValue,
  FunctionValue,
  OptimizerValue,
  SchedulerValue,
  Value,
} from './values/value.js';

/** How one scheduler is stepped; without a line where nothing steps it. */
export interface SteppedScheduler {
  readonly scheduler: SchedulerValue;
  readonly interval: 'epoch' | 'step';
  readonly frequency: number;
  readonly metric: Monitor | undefined;
  readonly list: readonly SchedulerValue[] | undefined;
  readonly line: number | undefined;
  readonly order: number;
}

/** What a program does with one optimizer. */
export interface ProgramReading {
  /** All its schedulers in the order of their construction, children included. */
  readonly schedulers: readonly SchedulerValue[];
  /** Those that are in no composite, each with how it is stepped; several times where it is stepped in several places. */
  readonly steps: readonly SteppedScheduler[];
  readonly optimizer: OptimizerValue | undefined;
  readonly notes: readonly PyTorchNote[];
}

/** @throws PythonRefusal, Question */
export function readProgram(code: string, answers: ReadonlyMap<string, Answer>): ProgramReading {
  return new ProgramReader(parseProgram(code), answers).read();
}

class ProgramReader {
  private readonly program: Program;
  private readonly state: State;
  private readonly machine: Machine;
  private configuration: Configuration | undefined;

  constructor(program: Program, answers: ReadonlyMap<string, Answer>) {
    this.program = program;
    this.state = new State(program.source, answers);
    this.machine = new Machine(this.state);
  }

  read(): ProgramReading {
    const { state, machine, program } = this;
    const result = machine.runModule(program.statements);
    if (result && isConfiguration(result)) this.configure(result, program.statements.at(-1)?.line ?? 1);
    this.runWhatIsNotCalled();
    this.refuseUncalled(program.statements);
    this.readAgain();
    const optimizer = this.chooseOptimizer();
    const notes = (): PyTorchNote[] => [...state.notes.values()].sort((a, b) => a.line - b.line);
    if (!optimizer) return { schedulers: [], steps: [], optimizer: undefined, notes: notes() };
    const schedulers = state.schedulers.content.filter((scheduler) => scheduler.optimizer === optimizer);
    const top = schedulers.filter(({ parent }) => parent.content === undefined);
    const steps = this.configuration
      ? this.configured(this.configuration, top)
      : this.stepped(optimizer, top);
    return { schedulers, steps, optimizer, notes: notes() };
  }

  // ---- Where the program begins ----

  /** People paste a function or a class without what calls it. */
  private runWhatIsNotCalled(): void {
    const { state } = this;
    const built = state.schedulers.content.length > 0;
    const stepped = hasSteps(state.trace);
    if (built && (stepped || this.configuration)) return;
    const candidates = this.entries();
    const building = candidates.filter((entry) => this.builds(entry));
    const chosen = built
      ? candidates
      : building.length > 0
        ? building
        : candidates.filter((entry) => this.makesOptimizer(entry));
    if (chosen.length === 0) return;
    if (chosen.length > 1 && built) return;
    if (chosen.length > 1) {
      const names = chosen.map(({ name }) => name).join(', ');
      throw new PythonRefusal(
        'python-unsupported',
        chosen[1].line,
        `nothing in the code calls ${names}, and more than one of them builds schedulers; paste one, or the line that calls it`,
        { received: names },
      );
    }
    const [entry] = chosen;
    if (entry.type === 'class') this.runClass(entry);
    else {
      state.note(
        'entry',
        entry.line,
        entry.name,
        `nothing in the code calls ${entry.name}; it is read as the program`,
      );
      const value = this.machine.invoke(entry, [], entry.line);
      if (isConfiguration(value)) this.configure(value, entry.line);
    }
  }

  /** The functions and classes that nothing calls or holds. */
  private entries(): (FunctionValue | ClassValue)[] {
    const { state } = this;
    const found: (FunctionValue | ClassValue)[] = [];
    const named = this.namesUsed();
    for (const { content } of state.module.variables.values()) {
      if (content?.type === 'function' && !state.called.has(content.body) && isBlock(content.body)) {
        if (!named.has(content.name)) found.push(content);
      }
      if (content?.type === 'class' && !state.instantiated.has(content.scope) && !named.has(content.name))
        found.push(content);
    }
    return found.filter(
      (entry) =>
        entry.type === 'class' ||
        actsIn(entry.body as readonly Statement[]) ||
        this.callsActing(entry.body as readonly Statement[]),
    );
  }

  /** The names of functions and classes that functions which are not called use themselves. */
  private namesUsed(): ReadonlySet<string> {
    const names = new Set<string>();
    const visit = (own: string, body: readonly Statement[]): void =>
      visitExpressions(body, (expression) => {
        if (expression.type === 'name' && expression.name !== own) names.add(expression.name);
      });
    for (const statement of this.program.statements) {
      if (statement.type === 'function' || statement.type === 'class') visit(statement.name, statement.body);
    }
    return names;
  }

  private callsActing(body: readonly Statement[], depth = 0): boolean {
    let found = false;
    visitExpressions(body, (expression) => {
      if (found || expression.type !== 'name' || depth > 6) return;
      const value = this.state.module.variables.get(expression.name)?.content;
      if (value?.type === 'function' && isBlock(value.body))
        found = actsIn(value.body) || this.callsActing(value.body, depth + 1);
      if (value?.type === 'class') found ||= this.builds(value);
    });
    return found;
  }

  private bodies(entry: FunctionValue | ClassValue): readonly Statement[][] {
    if (entry.type === 'function') return isBlock(entry.body) ? [entry.body.slice()] : [];
    return [...entry.scope.variables.values()].flatMap(({ content }) =>
      content?.type === 'function' && isBlock(content.body) ? [content.body.slice()] : [],
    );
  }

  private builds(entry: FunctionValue | ClassValue, depth = 0): boolean {
    return this.bodies(entry).some((body) => {
      let found = false;
      visitExpressions(body, (expression) => {
        if (expression.type === 'call') {
          const { callee } = expression;
          const name = callee.type === 'name' ? callee.name : callee.type === 'attribute' ? callee.name : '';
          found ||=
            schedulerAt(`torch.optim.lr_scheduler.${name}`) !== undefined || /^get_\w*schedule/.test(name);
        }
        if (expression.type === 'name' && depth < 5 && !found) {
          const value = this.state.module.variables.get(expression.name)?.content;
          if ((value?.type === 'function' || value?.type === 'class') && value !== entry)
            found = this.builds(value, depth + 1);
        }
      });
      return found;
    });
  }

  private makesOptimizer(entry: FunctionValue | ClassValue): boolean {
    return this.bodies(entry).some((body) => {
      let found = false;
      visitExpressions(body, (expression) => {
        if (expression.type !== 'attribute') return;
        found ||= /^(?:SGD|Adam\w*|RMSprop|Adagrad)$/.test(expression.name);
      });
      return found;
    });
  }

  /** A class that nothing makes an object of: Lightning's module, or somebody's trainer. */
  private runClass(entry: ClassValue): void {
    const { state, machine } = this;
    const { line, name } = entry;
    const place = { type: 'name', name, line, start: 0, end: 0, depth: 1 } as const;
    const call = { type: 'call', callee: place, arguments: [], line, start: 0, end: 0, depth: 1 } as const;
    state.note('entry', line, name, `nothing in the code makes a ${name}; one is made and read`);
    const instance = machine.call(entry, [], call);
    const isLightning = findInClass(entry, 'configure_optimizers');
    if (isLightning?.type === 'function') {
      this.refuseLightningHooks(entry);
      const value = machine.invoke(isLightning, [], line, instance);
      this.configure(value, isLightning.line);
      return;
    }
    const methods = [...entry.scope.variables].flatMap(([method, { content }]): [string, FunctionValue][] =>
      content?.type === 'function' && isBlock(content.body) ? [[method, content]] : [],
    );
    const calledBy = new Set<string>();
    for (const [own, method] of methods) {
      visitExpressions(method.body as readonly Statement[], (expression) => {
        if (expression.type === 'attribute' && expression.name !== own) calledBy.add(expression.name);
      });
    }
    const acting = methods.filter(
      ([, method]) => !state.called.has(method.body) && this.actsDeep(methods, method, new Set()),
    );
    const roots = acting.filter(([method]) => !calledBy.has(method));
    if (roots.length > 1) {
      const names = roots.map(([method]) => method).join(', ');
      throw new PythonRefusal(
        'python-unsupported',
        roots[1][1].line,
        `the code does not tell in which order ${names} of ${name} are called; paste the loop that calls them`,
        { received: names },
      );
    }
    for (const [, method] of roots)
      machine.invoke(method, [] satisfies CallArgument[], method.line, instance);
  }

  private actsDeep(
    methods: readonly [string, FunctionValue][],
    method: FunctionValue,
    seen: Set<string>,
  ): boolean {
    const body = method.body as readonly Statement[];
    if (actsIn(body)) return true;
    let found = false;
    visitExpressions(body, (expression) => {
      if (expression.type !== 'attribute' || seen.has(expression.name) || found) return;
      seen.add(expression.name);
      const other = methods.find(([name]) => name === expression.name);
      if (other) found = this.actsDeep(methods, other[1], seen);
    });
    return found;
  }

  /** Methods in which a module of Lightning may change the rate or step schedulers itself. */
  private refuseLightningHooks(entry: ClassValue): void {
    for (const [name, { content }] of entry.scope.variables) {
      if (content?.type !== 'function' || !isBlock(content.body)) continue;
      if (name === 'lr_scheduler_step') {
        throw new PythonRefusal(
          'python-unsupported',
          content.line,
          'lr_scheduler_step steps the scheduler in a way of its own; remove it if it only calls scheduler.step()',
        );
      }
      const isManual = name !== 'configure_optimizers' && name !== '__init__' && changesRates(content.body);
      if (!isManual) continue;
      const written = writesRates(content.body);
      throw new PythonRefusal(
        written ? 'python-change' : 'python-unsupported',
        written?.line ?? content.line,
        written
          ? 'a policy cannot change param groups by hand'
          : `${name} steps optimizers or schedulers by hand, beside what Lightning does`,
        { received: written ? this.state.textOf(written) : name },
      );
    }
  }

  private configure(value: Value, line: number): void {
    this.configuration = readConfiguration(this.state, value, line);
    if (this.configuration.schedulers.length > 0)
      this.state.note(
        'lightning',
        line,
        'configure_optimizers',
        'Lightning steps the schedulers as configure_optimizers says',
      );
  }

  // ---- What must not be passed over ----

  /** What nothing calls is not part of the program, but it may be what steps the schedulers. */
  private refuseUncalled(statements: readonly Statement[], owner = ''): void {
    const { state } = this;
    for (const statement of statements) {
      if (statement.type === 'class') this.refuseUncalled(statement.body, statement.name);
      if (statement.type === 'if' || statement.type === 'try') {
        if (statement.type === 'try') this.refuseUncalled(statement.body, owner);
        continue;
      }
      if (statement.type !== 'function' || state.called.has(statement.body)) continue;
      const written = writesRates(statement.body);
      if (written) {
        throw new PythonRefusal(
          'python-change',
          written.line,
          `${statement.name} changes the learning rate by hand, which no policy can; remove it if nothing calls it`,
          {
            received: state.textOf(written),
          },
        );
      }
      const step = this.stepIn(statement.body);
      const isLightning = owner !== '' && this.configuration !== undefined;
      if (step !== undefined && !isLightning) {
        throw new PythonRefusal(
          'python-unsupported',
          step,
          `nothing in the code calls ${statement.name}, which steps a scheduler; paste the line that calls it, or remove it`,
          {
            received: statement.name,
            detail: 'never-called',
          },
        );
      }
    }
  }

  /** The line where a block steps something that is called like a scheduler, or is one. */
  private stepIn(body: readonly Statement[]): number | undefined {
    let line: number | undefined;
    visitExpressions(body, (expression) => {
      if (
        expression.type !== 'call' ||
        expression.callee.type !== 'attribute' ||
        expression.callee.name !== 'step'
      )
        return;
      const object = this.state.textOf(expression.callee.object);
      const value = this.state.module.variables.get(object)?.content;
      if (value?.type === 'scheduler' || /sched|warm/i.test(object)) line ??= expression.line;
    });
    return line;
  }

  /** A function that a scheduler calls sees what its names hold in the end. */
  private readAgain(): void {
    const { state, machine } = this;
    for (const { functions, line } of state.schedulers.content) {
      for (const { value, text, argument } of functions) {
        let now: string | undefined;
        try {
          now = formulaText(machine, value, argument, line);
        } catch (error) {
          if (!(error instanceof PythonRefusal) || error.code === 'size') throw error;
        }
        if (now === text) continue;
        throw new PythonRefusal(
          'python-value',
          line,
          'the function uses a name that has more than one value in the code, and it sees the last',
          {
            received: text,
          },
        );
      }
    }
  }

  // ---- Which optimizer ----

  private chooseOptimizer(): OptimizerValue | undefined {
    const { state } = this;
    const scheduled = [...new Set(state.schedulers.content.map(({ optimizer }) => optimizer))];
    if (scheduled.length === 0) {
      const known = [...state.optimizers.content, ...(this.configuration?.optimizers ?? [])];
      if (known.length === 0) throw this.nothing();
      this.refuseForeignProgram(true);
      return known[0];
    }
    if (scheduled.length === 1) return scheduled[0];
    const names = scheduled.map((optimizer) => this.nameOf(optimizer));
    const chosen = state.choiceFor('optimizer');
    const at = names.indexOf(chosen ?? '');
    if (at >= 0) {
      state.note(
        'one-optimizer',
        scheduled[at].line,
        names[at],
        `of several optimizers ${names[at]} is read`,
      );
      return scheduled[at];
    }
    throw new Question([
      {
        kind: 'choice',
        expression: 'optimizer',
        line: scheduled[0].line,
        about: 'optimizer',
        options: names,
        message: `The code has several optimizers with a schedule: ${names.join(', ')}. Which one is meant?`,
      },
    ]);
  }

  /** What the program calls an optimizer. */
  private nameOf(optimizer: OptimizerValue): string {
    const own = this.state.names.get(optimizer) ?? optimizer.name;
    return own === '' ? `${optimizer.class ?? 'optimizer'} (line ${optimizer.line})` : own;
  }

  private nothing(): PythonRefusal {
    this.refuseForeignProgram(false);
    return new PythonRefusal('python-empty', 1, 'the code builds no scheduler of torch.optim.lr_scheduler');
  }

  /** Programs of other libraries are named as such. */
  private refuseForeignProgram(hasOptimizer: boolean): void {
    let found: { line: number; name: string; instead: string } | undefined;
    const look = (path: string, line: number): void => {
      const foreign = foreignLibrary(path === 'tf' ? 'tensorflow' : path);
      if (foreign) found ??= { line, ...foreign };
    };
    visitExpressions(this.program.statements, (expression) => {
      if (expression.type !== 'call') return;
      const text = this.state.textOf(expression.callee);
      const root = text.split('.')[0];
      const value = this.state.module.variables.get(root)?.content;
      const path = value?.type === 'path' ? value.path : root;
      const isSchedule = /sched|decay|cycle|warmup|LR$|lr/i.test(text);
      if (isSchedule) look(path, expression.line);
      if (/(?:^|\.)(?:fit_one_cycle|fit_flat_cos)$/.test(text)) look('fastai', expression.line);
      if (text.endsWith('TrainingArguments') && !hasOptimizer)
        found ??= {
          line: expression.line,
          name: 'the Trainer of Hugging Face',
          instead: 'get_scheduler(name, optimizer, …) or LambdaLR',
        };
    });
    if (found) {
      throw new PythonRefusal(
        'python-unsupported',
        found.line,
        `this schedule comes from ${found.name}, not from torch.optim.lr_scheduler; the nearest that works is ${found.instead}`,
        {
          received: found.name,
          accepted: found.instead,
          detail: 'other-library',
        },
      );
    }
  }

  // ---- How each scheduler is stepped ----

  private configured({ schedulers }: Configuration, top: readonly SchedulerValue[]): SteppedScheduler[] {
    const idle = top.find((scheduler) => !schedulers.some((each) => each.scheduler === scheduler));
    if (idle)
      throw new PythonRefusal('python-stepping', idle.line, `this ${idle.class} is built but never stepped`);
    return schedulers
      .filter(({ scheduler }) => top.includes(scheduler))
      .map(({ scheduler, interval, frequency, monitor }, order) => ({
        scheduler,
        interval,
        frequency,
        metric: monitor,
        list: undefined,
        line: undefined,
        order,
      }));
  }

  private stepped(optimizer: OptimizerValue, top: readonly SchedulerValue[]): SteppedScheduler[] {
    const { state } = this;
    const { trace } = state;
    const trained = trace.some((node) => node.type === 'loop' && trains(node.body));
    if (hasSteps(trace, optimizer) || (trained && concerns(trace, optimizer))) {
      const steps = readSteps(state, optimizer, trace);
      const idle = top.find((scheduler) => !steps.some((step) => step.scheduler === scheduler));
      if (idle)
        throw new PythonRefusal(
          'python-stepping',
          idle.line,
          `this ${idle.class} is built but never stepped`,
          { accepted: 'scheduler.step()', detail: 'never-stepped' },
        );
      return steps;
    }
    if (trained && top.length > 0) {
      throw new PythonRefusal(
        'python-stepping',
        top[0].line,
        `this ${top[0].class} is built but never stepped`,
        { accepted: 'scheduler.step()', detail: 'never-stepped' },
      );
    }
    return top.map((scheduler, order): SteppedScheduler => {
      const isPerUpdate = scheduler.isPerUpdate && !readsMetric(scheduler);
      const code = isPerUpdate ? 'per-update' : 'per-epoch';
      const often = isPerUpdate ? 'batch' : 'epoch';
      state.note(
        code,
        scheduler.line,
        scheduler.class,
        `no loop steps this ${scheduler.class}: it is stepped once per ${often}, as PyTorch's documentation does`,
      );
      return {
        scheduler,
        interval: isPerUpdate ? 'step' : 'epoch',
        frequency: 1,
        metric: undefined,
        list: undefined,
        line: undefined,
        order,
      };
    });
  }
}

function trains(nodes: readonly TraceNode[]): boolean {
  return nodes.some((node) => {
    if (node.type === 'loop') return trains(node.body);
    if (node.type === 'branch') return trains(node.then) || trains(node.otherwise);
    return node.type === 'update' || node.type === 'training' || node.type === 'backward';
  });
}

function hasSteps(nodes: readonly TraceNode[], optimizer?: OptimizerValue): boolean {
  return nodes.some((node) => {
    if (node.type === 'loop') return hasSteps(node.body, optimizer);
    if (node.type === 'branch') return hasSteps(node.then, optimizer) || hasSteps(node.otherwise, optimizer);
    return node.type === 'step' && (optimizer === undefined || node.scheduler.optimizer === optimizer);
  });
}

/**
 * Reads out of what a program does how often each scheduler is stepped: once an update, once an epoch, or every few.
 *
 * The update loop is the one that contains the update; an epoch is a pass of the loop around it.
 */
import type { Monitor } from '../policy.js';
import type { PythonDetail } from '../schema/policy-issue.js';
import { Question } from './outcome/answers.js';
import { PythonRefusal } from './outcome/python-refusal.js';
import { askCondition } from './state/ask.js';
import type { State } from './state/state.js';
import type { TraceNode } from './state/trace.js';
import type { Loop } from './values/loop.js';
import { numberOf } from './values/make-values.js';
import type { OptimizerValue, SchedulerValue, UnknownValue } from './values/value.js';

/** How one scheduler is stepped. */
interface ReadStep {
  readonly scheduler: SchedulerValue;
  readonly line: number;
  readonly interval: 'epoch' | 'step';
  readonly frequency: number;
  readonly metric: Monitor | undefined;
  /** The list out of which it was taken by its index. */
  readonly list: readonly SchedulerValue[] | undefined;
  /** Where it comes among all that happens. */
  readonly order: number;
}

type LoopNode = TraceNode & { readonly type: 'loop' };
type BranchNode = TraceNode & { readonly type: 'branch' };
type StepNode = TraceNode & { readonly type: 'step' };

/** One side of a condition, or a loop, around something. */
type Around = { readonly node: LoopNode } | { readonly node: BranchNode; readonly isThen: boolean };

/** Something that happens and what is around it, from the outermost on. */
interface Placed<Node extends TraceNode = TraceNode> {
  readonly node: Node;
  readonly around: readonly Around[];
  /** Its number in the order of the program. */
  readonly order: number;
}

/** How each scheduler of one optimizer is stepped. @throws PythonRefusal, Question */
export function readSteps(state: State, optimizer: OptimizerValue, trace: readonly TraceNode[]): ReadStep[] {
  return new TrainingReader(state, optimizer).read(trace);
}

/** Whether something in a trace steps a scheduler of an optimizer, or updates with it. */
export function concerns(nodes: readonly TraceNode[], optimizer: OptimizerValue): boolean {
  return nodes.some((node) => {
    switch (node.type) {
      case 'update':
        return node.optimizer === optimizer;
      case 'step':
        return node.scheduler.optimizer === optimizer;
      case 'loop':
        return concerns(node.body, optimizer);
      case 'branch':
        return concerns(node.then, optimizer) || concerns(node.otherwise, optimizer);
      default:
        return false;
    }
  });
}

class TrainingReader {
  private readonly state: State;
  private readonly optimizer: OptimizerValue;
  private readonly placed: Placed[] = [];

  constructor(state: State, optimizer: OptimizerValue) {
    this.state = state;
    this.optimizer = optimizer;
  }

  read(trace: readonly TraceNode[]): ReadStep[] {
    this.place(this.simplified(trace), []);
    const steps = this.placed.filter((each): each is Placed<StepNode> => each.node.type === 'step');
    const update = this.update();
    return steps.map((step) => this.readStep(step, update));
  }

  /** The trace without what has nothing to do with this optimizer, and without conditions that make no difference. */
  private simplified(nodes: readonly TraceNode[]): TraceNode[] {
    return nodes.flatMap((node): TraceNode[] => {
      switch (node.type) {
        case 'update':
          return node.optimizer === this.optimizer ? [node] : [];
        case 'step':
          return node.scheduler.optimizer === this.optimizer ? [node] : [];
        case 'loop': {
          const body = this.simplified(node.body);
          return body.some(matters) ? [{ ...node, body }] : leavesOutside(body, node.loop);
        }
        case 'branch': {
          const then = this.simplified(node.then);
          const otherwise = this.simplified(node.otherwise);
          if (then.length === 0 && otherwise.length === 0) return [];
          if (isAlike(then, otherwise)) return then;
          const update = sharedUpdate(then, otherwise);
          if (update) {
            const rest = { ...node, then: withoutUpdates(then), otherwise: withoutUpdates(otherwise) };
            return rest.then.length + rest.otherwise.length === 0 ? [update] : [update, rest];
          }
          return [{ ...node, then, otherwise }];
        }
        default:
          return [node];
      }
    });
  }

  private place(nodes: readonly TraceNode[], around: readonly Around[]): void {
    for (const node of nodes) {
      const order = this.placed.length;
      this.placed.push({ node, around, order });
      if (node.type === 'loop') this.place(node.body, [...around, { node }]);
      if (node.type === 'branch') {
        this.place(node.then, [...around, { node, isThen: true }]);
        this.place(node.otherwise, [...around, { node, isThen: false }]);
      }
    }
  }

  /** Where the updates happen: in one place, or on exclusive sides of conditions. */
  private update(): Placed | undefined {
    const of = (type: TraceNode['type']): Placed[] => this.placed.filter(({ node }) => node.type === type);
    const own = of('update');
    const given = of('training').filter(
      ({ node }) =>
        node.type === 'training' && (node.optimizers.size === 0 || node.optimizers.has(this.optimizer)),
    );
    const withOptimizer = given.filter(({ node }) => node.type === 'training' && node.optimizers.size > 0);
    if (own.length > 0 && withOptimizer.length > 0) {
      const [{ node }] = withOptimizer;
      throw this.refusal(
        node.line,
        `${node.type === 'training' ? node.name : 'this'} trains too, beside the update of line ${own[0].node.line}; paste its code`,
      );
    }
    const trainings = given.filter(({ around }) => around.some(({ node }) => node.type === 'loop'));
    const backward = of('backward');
    const updates = own.length > 0 ? own : trainings.length > 0 ? trainings : backward;
    const [first, ...others] = updates;
    for (const other of others) {
      if (this.steps.length === 0) break;
      if (isExclusive(first, other)) continue;
      if (own.length === 0 && loopOf(first) === loopOf(other)) continue;
      const isOther = outermost(first) !== outermost(other);
      throw this.refusal(
        isOther ? (outermost(other)?.line ?? other.node.line) : other.node.line,
        isOther
          ? `the loop of line ${outermost(first)?.line ?? first.node.line} and this one are another training each; paste only one`
          : `the optimizer also makes an update in line ${first.node.line}, so one pass makes more than one`,
        '',
        isOther ? 'two-trainings' : undefined,
      );
    }
    return first;
  }

  private get steps(): Placed[] {
    return this.placed.filter(({ node }) => node.type === 'step');
  }

  private readStep(step: Placed<StepNode>, update: Placed | undefined): ReadStep {
    const { node, order } = step;
    const { scheduler, line, metric, list } = node;
    const result = (interval: 'epoch' | 'step', frequency: number): ReadStep => ({
      scheduler,
      line,
      interval,
      frequency,
      metric,
      list,
      order,
    });
    const loops = loopsAround(step);
    if (!update) return result(...this.withoutUpdate(step, loops));
    const updateLoops = loopsAround(update);
    const inner = loops.at(-1);
    const home = updateLoops.at(-1);
    if (!inner) {
      if (home) {
        if (step.order > update.order)
          throw this.refusal(
            line,
            'this step stands after the loop, when the training is over',
            'in the loop, after optimizer.step()',
          );
        throw this.refusal(
          line,
          'this step stands outside of every loop, so it belongs to no epoch and no update',
        );
      }
      this.requireAfter(step, update);
      return result(this.askInterval(step, 'step'), 1);
    }
    if (!home) throw this.refusal(line, 'the update stands outside of the loop that steps the scheduler');
    if (loops[0].loop !== updateLoops[0].loop) {
      throw this.refusal(
        loops[0].line,
        `the schedulers are stepped in this loop, and the loop of line ${updateLoops[0].line} is another training`,
        '',
        'two-trainings',
      );
    }
    const depth = loops.length - 1;
    if (inner !== updateLoops.at(depth)) {
      throw this.refusal(
        line,
        'this step stands in a loop of its own, which makes no updates',
        'in the loop that holds optimizer.step()',
      );
    }
    const kind = this.kindOf(updateLoops, depth, update);
    const frequency = this.frequency(step, update, inner, kind, updateLoops);
    if (frequency === 1) this.noteTooMany(scheduler, loops);
    return result(kind, frequency);
  }

  /** OneCycleLR has so many steps and no more. */
  private noteTooMany({ class: type, parameters, line }: SchedulerValue, loops: readonly LoopNode[]): void {
    if (type !== 'OneCycleLR') return;
    const { totalSteps, epochs, stepsPerEpoch } = parameters;
    const total = Number(totalSteps ?? Number(epochs) * Number(stepsPerEpoch));
    const count = loops.reduce((product, { loop }) => product * (loop.passes ?? NaN), 1);
    if (!(count > total)) return;
    this.state.note(
      'too-many-steps',
      line,
      type,
      `PyTorch ends with an error: ${type} has ${total} steps and is stepped ${count} times`,
    );
  }

  /** What one pass of the loop at a depth is. */
  private kindOf(loops: readonly LoopNode[], depth: number, update: Placed): 'epoch' | 'step' {
    const { loop, line } = loops[depth];
    const isInner = depth === loops.length - 1;
    const unit = update.node.type === 'training' ? update.node.unit : 'step';
    const outer = loops.slice(0, depth);
    if (isInner) {
      if (update.node.type === 'training') {
        if (unit === 'epoch') return this.alone(outer, line, 'epoch');
        if (loop.kind === 'epoch') return this.alone(outer, line, 'epoch');
        if (
          unit === 'step' ||
          loop.kind === 'step' ||
          loop.kind === 'batches' ||
          outer.some((each) => each.loop.kind === 'epoch')
        )
          return 'step';
        return this.askLoop(loop);
      }
      if (loop.kind === 'epoch') {
        if (outer.length > 0) throw this.nested(line);
        this.state.note(
          'one-update-epochs',
          line,
          loop.text,
          'each pass of this loop over epochs makes one update',
        );
        return 'epoch';
      }
      return 'step';
    }
    // The loops between this one and the update are one epoch together.
    if (loops.slice(depth + 1).some((each) => each.loop.kind === 'epoch')) throw this.nested(line);
    return this.alone(outer, line, 'epoch');
  }

  private alone(outer: readonly LoopNode[], line: number, kind: 'epoch'): 'epoch' {
    // `while True:` around the epochs changes nothing; any other loop makes it another training each time.
    if (outer.length === 0 || outer.every(({ loop }) => loop.text === 'True' || loop.text === '1'))
      return kind;
    throw this.nested(line);
  }

  private nested(line: number): PythonRefusal {
    return this.refusal(
      line,
      'only a loop over epochs and in it a loop over batches can be taken over',
      'for epoch in …: for batch in …:',
    );
  }

  /** How many updates or epochs lie between two steps. */
  private frequency(
    step: Placed<StepNode>,
    update: Placed,
    loop: LoopNode,
    kind: 'epoch' | 'step',
    loops: readonly LoopNode[],
  ): number {
    // What happens in one pass of the loop: the update, or the loop that holds it.
    const within = (placed: Placed): readonly Around[] =>
      placed.around.slice(placed.around.findIndex((each) => each.node === loop) + 1);
    const conditionsOf = (around: readonly Around[]): (Around & { node: BranchNode })[] => {
      const end = around.findIndex(({ node }) => node.type === 'loop');
      return (end < 0 ? around : around.slice(0, end)).filter(
        (each): each is Around & { node: BranchNode; isThen: boolean } => each.node.type === 'branch',
      );
    };
    const own = conditionsOf(within(step));
    const others = conditionsOf(within(update));
    this.requireAfter(step, update, loop);
    this.refuseSkips(step, update, loop, loops);
    let shared = 0;
    while (shared < own.length && shared < others.length && isSameSide(own[shared], others[shared]))
      shared += 1;
    const ownRest = own.slice(shared);
    const otherRest = others.slice(shared);
    const ownEvery = this.everyOf(ownRest, loop.loop, step);
    const otherEvery =
      otherRest.length === 0 ? 1 : this.everyOf(otherRest, loop.loop, step, update.node.line);
    const ratio = ownEvery / otherEvery;
    if (!Number.isInteger(ratio)) {
      throw this.refusal(
        step.node.line,
        `the scheduler is stepped more often than the optimizer makes updates: every ${ownEvery} and every ${otherEvery} passes`,
        'under the same condition as optimizer.step()',
      );
    }
    // A count that no epoch resets continues over the whole run.
    const isWholeRun = kind === 'step' && ratio > 1 && loops.length === 1;
    if (isWholeRun) {
      throw this.refusal(
        step.node.line,
        `every ${ratio} updates are counted over the whole run here, and a policy counts them within each epoch; step the scheduler at every update and make its own steps ${ratio} times as long`,
        'scheduler.step() at every update, step_size × ' + String(ratio),
        'whole-run',
      );
    }
    // The count of a loop continues in passes that make no update; a policy counts updates and epochs that happen.
    const skip = this.placed.find(
      ({ node, order }) => node.type === 'continue' && node.loop === loop.loop && order < step.order,
    );
    if (ratio > 1 && (shared > 0 || skip)) {
      throw this.refusal(
        step.node.line,
        skip
          ? `the continue of line ${skip.node.line} skips updates, which the count of this condition still counts`
          : 'two conditions decide when the scheduler is stepped, one inside the other',
      );
    }
    return ratio;
  }

  /** The number of passes between two that conditions let through. */
  private everyOf(
    conditions: readonly (Around & { node: BranchNode })[],
    loop: Loop,
    step: Placed<StepNode>,
    line = step.node.line,
  ): number {
    if (conditions.length === 0) return 1;
    const [condition, ...rest] = conditions;
    const { node } = condition;
    const isThen = 'isThen' in condition && condition.isThen;
    const { every } = node.test;
    if (
      every &&
      rest.length === 0 &&
      every.loop === loop &&
      loop.start !== undefined &&
      every.isNegated === !isThen
    ) {
      const modulus = numberOf(every.modulus);
      if (modulus === undefined) this.askFor(every.modulus, node);
      else if (Number.isInteger(modulus) && modulus >= 1) {
        // The pass of index i is let through if i + 1 is a multiple.
        const phase = every.phase - loop.start + 1;
        if (((phase % modulus) + modulus) % modulus === 0) return modulus;
      }
    }
    this.ask(node.test, node);
    const counts = node.text.includes('%');
    throw this.refusal(
      line,
      `whether this happens depends on the condition of line ${node.line}: ${node.text}`,
      counts ? '(epoch + 1) % 5 == 0' : 'leave only the branch that you use | (epoch + 1) % 5 == 0',
      'condition',
    );
  }

  private ask(test: UnknownValue, { text, line }: BranchNode): void {
    askCondition(this.state, test, text, line);
  }

  private askFor(value: unknown, node: BranchNode): void {
    const unknown = value as UnknownValue;
    const roots = unknown.roots.filter(
      (root) => !root.varies && root.text !== '' && this.state.answerFor(root.text) === undefined,
    );
    if (roots.length === 0) return;
    throw new Question(
      roots.map((root) => ({
        kind: 'number' as const,
        expression: root.text,
        line: root.line,
        about: 'frequency',
        message: `Line ${node.line}: the code does not tell what ${root.text} is.`,
      })),
    );
  }

  /** @throws PythonRefusal where the step comes before the update of the same pass. */
  private requireAfter(step: Placed<StepNode>, update: Placed, loop?: LoopNode): void {
    if (step.order > update.order) return;
    const isHead = loop !== undefined && loopsAround(update).at(-1) !== loop;
    throw this.refusal(
      step.node.line,
      isHead
        ? 'the scheduler is stepped before the update of the same pass, at the head of the epoch; PyTorch warns about this order, which skips the first rate'
        : 'the scheduler is stepped before the update of the same pass; PyTorch warns about this order, which skips the first rate',
      'optimizer.step(); scheduler.step()',
      'order',
    );
  }

  /** @throws PythonRefusal where a pass may be left between the update and the step. */
  private refuseSkips(
    step: Placed<StepNode>,
    update: Placed,
    loop: LoopNode,
    loops: readonly LoopNode[],
  ): void {
    for (const { node, order, around } of this.placed) {
      if (node.type !== 'continue' && node.type !== 'leave') continue;
      const isBetween = order > update.order && order < step.order;
      if (!isBetween) continue;
      if (node.type === 'continue') {
        if (node.loop !== loop.loop) continue;
        throw this.refusal(step.node.line, `the continue of line ${node.line} may skip this step`);
      }
      // Once the whole training is over, no step is missed.
      if (node.loops.includes(loops[0].loop)) continue;
      if (!around.some((each) => each.node === loop) || !node.loops.includes(loop.loop)) continue;
      throw this.refusal(step.node.line, `the break of line ${node.line} may skip this step`);
    }
  }

  /** A step and no update that can be seen: what the loops are called tells the rest. */
  private withoutUpdate(step: Placed<StepNode>, loops: readonly LoopNode[]): ['epoch' | 'step', number] {
    const inner = loops.at(-1);
    const { line } = step.node;
    if (!inner) {
      throw this.refusal(
        line,
        'this step stands outside of every loop, so it belongs to no epoch and no update',
        'for epoch in …:',
      );
    }
    const outer = loops.slice(0, -1);
    const own = step.around
      .slice(step.around.findIndex((each) => each.node === inner) + 1)
      .filter((each): each is Around & { node: BranchNode; isThen: boolean } => each.node.type === 'branch');
    const skip = this.placed.find(
      ({ node, order }) => order < step.order && node.type === 'continue' && node.loop === inner.loop,
    );
    if (skip) throw this.refusal(line, `the continue of line ${skip.node.line} may skip this step`);
    const kind = this.kindByName(inner, outer);
    const frequency = this.everyOf(own, inner.loop, step);
    if (kind === 'step' && frequency > 1 && outer.length === 0) {
      throw this.refusal(
        line,
        `every ${frequency} updates are counted over the whole run here, and a policy counts them within each epoch; step the scheduler at every update`,
      );
    }
    const above = step.around.slice(
      0,
      step.around.findIndex((each) => each.node === inner),
    );
    const condition = above.find(
      (each): each is Around & { node: BranchNode; isThen: boolean } => each.node.type === 'branch',
    );
    if (condition) {
      this.ask(condition.node.test, condition.node);
      throw this.refusal(
        line,
        `the loop of line ${inner.line} does not run in every pass, because of the condition of line ${condition.node.line}`,
      );
    }
    return [kind, frequency];
  }

  private kindByName({ loop, line }: LoopNode, outer: readonly LoopNode[]): 'epoch' | 'step' {
    if (loop.kind === 'epoch') {
      if (outer.length > 0) throw this.nested(line);
      return 'epoch';
    }
    if (outer.some((each) => each.loop.kind !== 'epoch') || outer.length > 1) {
      if (outer.length > 0) throw this.nested(line);
    }
    if (outer.length > 0 || loop.kind !== undefined) return 'step';
    return this.askLoop(loop);
  }

  private askLoop({ text, line }: Loop): 'epoch' | 'step' {
    return this.choose(
      `for … in ${text}`,
      line,
      'epoch',
      `Line ${line}: does one pass of this loop make an epoch or one update?`,
    );
  }

  private askInterval(step: Placed<StepNode>, likely: 'epoch' | 'step'): 'epoch' | 'step' {
    const { line, scheduler } = step.node;
    return this.choose(
      `${scheduler.class}.step()`,
      line,
      likely,
      `Line ${line}: is the scheduler stepped once an update or once an epoch?`,
    );
  }

  private choose(text: string, line: number, likely: 'epoch' | 'step', message: string): 'epoch' | 'step' {
    const chosen = this.state.choiceFor(text);
    if (chosen === 'epoch' || chosen === 'step') return chosen;
    const options = likely === 'epoch' ? ['epoch', 'step'] : ['step', 'epoch'];
    throw new Question([{ kind: 'choice', expression: text, line, about: 'interval', options, message }]);
  }

  private refusal(line: number, reason: string, accepted = '', detail?: PythonDetail): PythonRefusal {
    return new PythonRefusal('python-stepping', line, reason, { accepted, ...(detail && { detail }) });
  }
}

function matters(node: TraceNode): boolean {
  switch (node.type) {
    case 'update':
    case 'step':
    case 'training':
    case 'backward':
      return true;
    case 'loop':
      return node.body.some(matters);
    case 'branch':
      return node.then.some(matters) || node.otherwise.some(matters);
    default:
      return false;
  }
}

/** What leaves loops around one that is dropped. */
function leavesOutside(nodes: readonly TraceNode[], loop: Loop): TraceNode[] {
  return nodes.flatMap((node): TraceNode[] => {
    if (node.type === 'leave') {
      const loops = node.loops.filter((each) => each !== loop);
      return loops.length > 0 ? [{ ...node, loops }] : [];
    }
    if (node.type === 'branch')
      return [...leavesOutside(node.then, loop), ...leavesOutside(node.otherwise, loop)];
    return node.type === 'loop' ? leavesOutside(node.body, loop) : [];
  });
}

/** Whether both sides of a condition do the same. */
function isAlike(one: readonly TraceNode[], other: readonly TraceNode[]): boolean {
  if (one.length !== other.length || one.length === 0) return false;
  return one.every((node, index) => {
    const twin = other[index];
    if (node.type === 'update' && twin.type === 'update') return true;
    if (node.type === 'backward' && twin.type === 'backward') return true;
    return (
      node.type === 'step' &&
      twin.type === 'step' &&
      node.scheduler === twin.scheduler &&
      node.metric === twin.metric
    );
  });
}

/** The update that both sides of a condition make, where neither steps a scheduler. */
function sharedUpdate(one: readonly TraceNode[], other: readonly TraceNode[]): TraceNode | undefined {
  const updates = [one, other].map((side) => side.filter(({ type }) => type === 'update'));
  const hasSteps = [...one, ...other].some(({ type }) => type !== 'update' && type !== 'backward');
  return updates.every(({ length }) => length === 1) && !hasSteps ? updates[0][0] : undefined;
}

function withoutUpdates(nodes: readonly TraceNode[]): TraceNode[] {
  return nodes.filter(({ type }) => type !== 'update');
}

function loopsAround({ around }: Placed): LoopNode[] {
  return around.flatMap(({ node }) => (node.type === 'loop' ? [node] : []));
}

function loopOf(placed: Placed): LoopNode | undefined {
  return loopsAround(placed).at(-1);
}

function outermost(placed: Placed): LoopNode | undefined {
  return loopsAround(placed).at(0);
}

/** Whether two things stand on the two sides of one condition. */
function isExclusive(one: Placed, other: Placed): boolean {
  return one.around.some(
    (each) =>
      'isThen' in each &&
      other.around.some((twin) => 'isThen' in twin && twin.node === each.node && twin.isThen !== each.isThen),
  );
}

function isSameSide(one: Around, other: Around): boolean {
  return one.node === other.node && 'isThen' in one && 'isThen' in other && one.isThen === other.isThen;
}

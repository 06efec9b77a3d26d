/**
 * Random training programs in Python, and the learning rate of each of their updates by a count of their own: nothing
 * here comes from the reader that they test.
 */

/** A program and what really happens in it. */
export interface RandomProgram {
  readonly code: string;
  /** The learning rate of each update. */
  readonly rates: readonly number[];
  /** The updates in one pass of the outermost loop; undefined where one pass is one update. */
  readonly perPass: number | undefined;
  /** What the code leaves open. */
  readonly answers: Readonly<Record<string, number | boolean | string>>;
}

type Node =
  | {
      readonly kind: 'loop';
      readonly head: string;
      readonly passes: number;
      readonly name: string;
      readonly body: readonly Node[];
    }
  | {
      readonly kind: 'if';
      readonly head: string;
      readonly holds: (counters: Counters) => boolean;
      readonly body: readonly Node[];
    }
  | { readonly kind: 'update'; readonly text: string }
  | { readonly kind: 'step'; readonly scheduler: number; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  /** The rate is written by hand. */
  | { readonly kind: 'write'; readonly text: string; readonly rate: number }
  | { readonly kind: 'leave'; readonly word: 'break' | 'continue' }
  /** Statements that stand in a function of the program. */
  | { readonly kind: 'call'; readonly text: string; readonly body: readonly Node[] };

type Counters = Readonly<Record<string, number>>;

/** The factor of the base rate after so many steps. */
interface Schedule {
  readonly text: (optimizer: string) => string;
  readonly factor: (steps: number) => number;
}

function randomOf(seed: number) {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (count: number): number => Math.floor(next() * count);
  return {
    below,
    chance: (share: number): boolean => next() < share,
    pick: <Item>(items: readonly Item[]): Item => items[below(items.length)],
  };
}

/** The program of a seed. */
export function randomProgram(seed: number): RandomProgram {
  const { below, chance, pick } = randomOf(seed);
  const answers: Record<string, number | boolean | string> = {};
  const lr = pick([0.1, 0.5, 0.02]);
  const isNested = chance(0.7);
  const passes = 3 + below(5);
  const batches = isNested ? 2 + below(7) : 1;
  const optimizer = pick(['optimizer', 'opt', 'optim_', 'self_optimizer']);
  const lines: string[] = ['import torch'];

  const isPair = chance(0.2);
  const schedules = Array.from({ length: isPair ? 2 : 1 }, () => schedule());
  const names = schedules.map(
    (_, index) => pick(['scheduler', 'sched', 'lr_sched', 's']) + (index === 0 ? '' : '2'),
  );

  function schedule(): Schedule {
    const gamma = pick([0.5, 0.9, 0.1]);
    const size = 1 + below(5);
    const prefix = pick(['torch.optim.lr_scheduler.', '']);
    // LambdaLR sets the rate, independently of any other scheduler.
    switch (isPair ? pick([0, 1, 2, 5]) : below(6)) {
      case 0:
        return {
          text: (own) => `${prefix}StepLR(${own}, ${size}, gamma=${gamma})`,
          factor: (steps) => gamma ** Math.floor(steps / size),
        };
      case 1:
        return {
          text: (own) => `${prefix}ExponentialLR(${own}, ${gamma})`,
          factor: (steps) => gamma ** steps,
        };
      case 2: {
        const milestones = [size, size + 1 + below(4)];
        return {
          text: (own) => `${prefix}MultiStepLR(${own}, [${milestones.join(', ')}], gamma=${gamma})`,
          factor: (steps) => gamma ** milestones.filter((milestone) => steps >= milestone).length,
        };
      }
      case 3:
        return {
          text: (own) => `${prefix}LambdaLR(${own}, lambda e: ${gamma} ** (e // ${size}))`,
          factor: (steps) => gamma ** Math.floor(steps / size),
        };
      case 4: {
        lines.push(
          `def warm(n):`,
          `    t = n + 1`,
          `    if t <= ${size}:`,
          `        return t / ${size}`,
          `    return ${gamma}`,
        );
        return {
          text: (own) => `${prefix}LambdaLR(${own}, lr_lambda=warm)`,
          factor: (steps) => (steps + 1 <= size ? (steps + 1) / size : gamma),
        };
      }
      default: {
        const which = Object.keys(answers).length + 1;
        const open = pick([`args.step_size${which}`, `STEP${which}`, `cfg["step${which}"]`]);
        answers[open] = size;
        return {
          text: (own) => `${prefix}StepLR(${own}, step_size=${open}, gamma=${gamma})`,
          factor: (steps) => gamma ** Math.floor(steps / size),
        };
      }
    }
  }

  // ---- What one pass does ----

  const inner = pick(['i', 'batch', 'step', 'b', 'it']);
  const outer = pick(
    isNested ? ['epoch', 'e', 'ep', 'i_epoch', 'k'] : ['step', 'i', 't', 'it', 'epoch', 'n'],
  );
  const counter = isNested ? inner : outer;
  const noise = (): Node[] =>
    Array.from({ length: below(3) }, (): Node => ({
      kind: 'text',
      text: pick([
        'loss = loss_fn(model(x), y)',
        'loss.backward()',
        'optimizer_was = None',
        'print(f"lr {lr}")',
        'total = total + 1',
        `for p in model.parameters(): p.grad = None`,
        `lr = ${optimizer}.param_groups[0]['lr']`,
        'for micro in range(2): loss.backward()',
        'if loss > 10: print("high")',
        'with torch.no_grad(): model.eval()',
        'wandb.log({"loss": loss})',
      ]),
    }));
  const update = (): Node => ({ kind: 'update', text: `${optimizer}.step()` });
  const step = (scheduler: number): Node => ({ kind: 'step', scheduler, text: `${names[scheduler]}.step()` });
  const every = (name: string, count: number, body: readonly Node[]): Node => {
    const head = pick([
      `(${name} + 1) % ${count} == 0`,
      `${name} % ${count} == ${count - 1}`,
      `not (${name} + 1) % ${count}`,
    ]);
    return { kind: 'if', head, holds: (counters) => (counters[name] + 1) % count === 0, body };
  };

  const inUpdate: Node[] = [];
  const inEpoch: Node[] = [];
  const accumulate = chance(0.2) ? 2 + below(2) : 1;
  const own: Node[] = [];
  const early: Node[] = [];
  schedules.forEach((_, index) => {
    const isPerUpdate = !isNested || chance(0.5);
    const node = step(index);
    if (isPerUpdate) {
      const way = below(10);
      if (way < 7) own.push(node);
      else if (way === 7) inUpdate.push(every(counter, 2, [node]));
      else if (way === 8 && accumulate > 1) inUpdate.push(node);
      else if (way === 9) {
        early.push(node);
      } else own.push(node);
    } else if (chance(0.2)) inEpoch.push(every(outer, 2, [node]));
    else if (chance(0.1)) {
      inEpoch.push({
        kind: 'if',
        head: `${outer} >= 2`,
        holds: (counters) => counters[outer] >= 2,
        body: [node],
      });
    } else inEpoch.push(node);
  });
  const core: Node[] = accumulate > 1 ? [every(counter, accumulate, [update(), ...own])] : [update(), ...own];
  const pass: Node[] = [...noise(), ...early, ...core, ...inUpdate, ...noise()];
  if (chance(0.06)) {
    const word = pick(['break', 'continue'] as const);
    const at = below(3) === 0 ? pass.length : below(pass.length + 1);
    pass.splice(at, 0, {
      kind: 'if',
      head: `${counter} == 1`,
      holds: (counters) => counters[counter] === 1,
      body: [{ kind: 'leave', word }],
    });
  }
  if (chance(0.05)) {
    const rate = 0.3;
    const text = pick([
      `for g in ${optimizer}.param_groups: g['lr'] = ${rate}`,
      `${optimizer}.param_groups[0]['lr'] = ${rate}`,
      `[g.update(lr=${rate}) for g in ${optimizer}.param_groups]`,
    ]);
    pass.push({ kind: 'write', text, rate });
  }

  // ---- The loops around ----

  const range = (count: number, word: string): string => {
    const open = pick([word, `args.${word}`]);
    if (chance(0.25)) return `range(${open})`;
    return pick([`range(${count})`, `range(0, ${count})`, `tqdm(range(${count}))`]);
  };
  const batchHead = pick([
    `for ${inner} in range(${batches})`,
    `for ${inner}, (x, y) in enumerate(loader)`,
    `for ${inner}, batch_ in enumerate(tqdm(train_loader))`,
  ]);
  const isHelped = chance(0.35);
  const helper = pick(['train_one', 'run_batches', 'fit_epoch']);
  const loopOfBatches: Node = { kind: 'loop', head: batchHead, passes: batches, name: inner, body: pass };
  const helped: Node = { kind: 'call', text: `${helper}(model, ${optimizer})`, body: [loopOfBatches] };
  const outerBody: Node[] = isNested
    ? [...noise(), isHelped ? helped : loopOfBatches, ...noise(), ...inEpoch]
    : pass;
  const outerHead = `for ${outer} in ${range(passes, isNested ? 'num_epochs' : 'max_steps')}`;
  const program: Node = { kind: 'loop', head: outerHead, passes, name: outer, body: outerBody };

  // ---- As text ----

  const build = [
    `model = Net()`,
    `${optimizer} = torch.optim.SGD(model.parameters(), lr=${lr})`,
    ...schedules.map(({ text }, index) => `${names[index]} = ${text(optimizer)}`),
  ];
  const imports = 'from torch.optim.lr_scheduler import StepLR, ExponentialLR, MultiStepLR, LambdaLR';
  const isMain = chance(0.3) && !isHelped;
  const helperText =
    isHelped && isNested ? [`def ${helper}(model, ${optimizer}):`, ...indent(print([loopOfBatches]))] : [];
  const body = [...build, ...print([program])];
  const main = pick(['main', 'run', 'worker']);
  const code = [
    ...lines,
    imports,
    ...helperText,
    ...(isMain
      ? [`def ${main}():`, ...indent(body), pick([`${main}()`, `if __name__ == "__main__":\n    ${main}()`])]
      : body),
  ].join('\n');

  return { code, ...simulate(program, schedules, lr, isNested), answers };
}

function print(nodes: readonly Node[]): string[] {
  return nodes.flatMap((node): string[] => {
    switch (node.kind) {
      case 'loop':
        return [`${node.head}:`, ...indent(print(node.body))];
      case 'if':
        return [`if ${node.head}:`, ...indent(print(node.body))];
      case 'leave':
        return [node.word];
      default:
        return [node.text];
    }
  });
}

function indent(lines: readonly string[]): string[] {
  return lines.flatMap((line) => line.split('\n')).map((line) => `    ${line}`);
}

/** Runs it as Python would, and counts. */
function simulate(program: Node, schedules: readonly Schedule[], lr: number, isNested: boolean) {
  const rates: number[] = [];
  const steps = schedules.map(() => 0);
  let written: number | undefined;
  const perPass: number[] = [];
  const rate = (): number =>
    written ?? schedules.reduce((product, { factor }, index) => product * factor(steps[index]), lr);
  const run = (nodes: readonly Node[], counters: Counters): 'break' | 'continue' | undefined => {
    for (const node of nodes) {
      switch (node.kind) {
        case 'update':
          rates.push(rate());
          break;
        case 'step':
          steps[node.scheduler] += 1;
          break;
        case 'write':
          // No policy does this, with any result.
          written = node.rate;
          break;
        case 'if': {
          const end = node.holds(counters) ? run(node.body, counters) : undefined;
          if (end) return end;
          break;
        }
        case 'leave':
          return node.word;
        case 'call':
          run(node.body, counters);
          break;
        case 'loop':
          for (let index = 0; index < node.passes; index += 1) {
            const before = rates.length;
            const end = run(node.body, { ...counters, [node.name]: index });
            if (node === program) perPass.push(rates.length - before);
            if (end === 'break') break;
          }
          break;
        case 'text':
          break;
      }
    }
    return undefined;
  };
  run([program], {});
  return { rates, perPass: isNested ? perPass[0] : undefined };
}

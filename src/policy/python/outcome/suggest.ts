/** The answers that are suggested for what the code does not tell. */
import type { Answer, PyTorchUnknown } from './answers.js';

/** The training that answers are suggested for. */
export interface SuggestionPlan {
  /** Updates in all. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  /** The optimizer's learning rate. */
  readonly lr?: number;
}

/** An answer that fits a plan, or without a plan one with which reading continues. */
export function suggest(
  { kind, expression, about, options }: Omit<PyTorchUnknown, 'suggestion'>,
  plan: SuggestionPlan = { steps: 1000, stepsPerEpoch: 100, epochs: 10 },
): Answer {
  if (kind === 'condition')
    return !/resume|pretrain|debug|load|checkpoint|distributed|eval/i.test(expression);
  if (kind === 'choice') return options?.[0] ?? '';
  const { steps, stepsPerEpoch, epochs, lr = 0.1 } = plan;
  const text = `${expression} ${about}`.toLowerCase();
  const own = expression.toLowerCase();
  const atLeastOne = (value: number): number => Math.max(1, Math.round(value));
  if (own.startsWith('len(')) return stepsPerEpoch;
  if (/per_?epoch|num_?batches|n_?batches|iters_per|epoch_(?:len|size)/.test(own)) return stepsPerEpoch;
  if (own.includes('accum')) return 1;
  if (/world_?size|num_?gpus|n_?gpus?|num_processes/.test(own)) return 1;
  if (/start_?epoch|last_?epoch/.test(own)) return 0;
  if (own.includes('warm'))
    return own.includes('epoch')
      ? atLeastOne(epochs / 10)
      : /ratio|frac|prop|percent/.test(own)
        ? 0.1
        : /lr|factor/.test(own)
          ? 0.1
          : atLeastOne(steps / 10);
  if (own.includes('epoch')) return epochs;
  if (/step_?size/.test(text) || /lr_?step|step_?lr|decay_?(?:step|every|epoch)/.test(own))
    return atLeastOne(epochs / 3);
  if (/batch_?size/.test(own)) return 64;
  if (/step|iter|update|total/.test(own)) return steps;
  if (/gamma|factor|decay/.test(text)) return 0.1;
  if (/min|eta|end/.test(own)) return 0;
  if (text.includes('power')) return 1;
  if (text.includes('pct')) return 0.3;
  if (/lr|learning|rate/.test(own) || about.includes('lr')) return lr;
  if (about.includes('total_steps')) return steps;
  if (about.includes('steps_per_epoch')) return stepsPerEpoch;
  if (/milestones|t_max|epochs|total_iters|t_0/.test(about.toLowerCase())) return epochs;
  return 1;
}

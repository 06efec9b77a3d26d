import type { Terms } from './terms.js';

/** The names of the presets in English. */
export const presetsEn: Terms['presets'] = {
  constant: {
    name: 'Constant',
    reason: 'No schedule: the learning rate never changes. The baseline for all others.',
  },
  'step-decay': {
    name: 'Step decay',
    reason: 'Start high, then divide by 10 twice. Each drop lets the loss settle lower.',
  },
  exponential: {
    name: 'Exponential',
    reason: 'Multiplies by the same factor every time, down to a hundredth at the end.',
  },
  cosine: {
    name: 'Cosine',
    reason: 'Falls slowly, then fast, then slowly again, and ends near zero. No milestones to choose.',
  },
  'warmup-cosine': {
    name: 'Warm-up + cosine',
    reason: 'Starts small while the weights are still random. Most large models are trained this way.',
  },
  'one-cycle': {
    name: 'One cycle',
    reason: 'Up to a high rate, then far below the start. Often trains in far fewer epochs.',
  },
  sgdr: {
    name: 'Warm restarts',
    reason: 'Falls, then jumps back up. Each cycle is twice as long: a way out of poor minima.',
  },
  triangular: {
    name: 'Triangular',
    reason: 'Up and down between two rates, so you needn’t find one perfect rate.',
  },
  'warmup-stable-decay': {
    name: 'Warm-up–stable–decay',
    reason: 'Hold steady as long as you like, then decay quickly at the end.',
  },
  'inverse-square-root': {
    name: '1/√step',
    reason: 'Warms up, then decays as 1/√step. The original Transformer schedule; no fixed end needed.',
  },
  plateau: {
    name: 'Reduce on plateau',
    reason: 'Halves the rate only when the loss stops falling.',
  },
  'sgd-exponential': {
    name: 'SGD, × 0.9 every epoch',
    reason: 'Each epoch multiplies the rate by 0.9: after ten epochs about a third is left.',
  },
  'adam-warmup': {
    name: 'Adam with warm-up',
    reason: 'Climbs from a tenth of the rate to all of it over 100 epochs.',
  },
  'exponential-and-milestones': {
    name: 'Exponential + milestones',
    reason: 'Two schedulers, both stepped every epoch: their effects on the rate multiply.',
  },
  'steps-and-plateau': {
    name: 'Every 5 epochs + on plateau',
    reason: 'Halves the rate every five epochs, and whenever the validation loss stops falling.',
  },
};

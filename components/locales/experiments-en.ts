import type { ExperimentTerms } from './experiment-terms.js';

/** The words of `<lr-experiment>` in English. */
export const experimentsEn: ExperimentTerms = {
  run: 'Run',
  runAgain: 'Run again',
  stop: 'Stop',
  guess: (question) => `${question} (your guess, if you like)`,
  loading: 'Loading the recorded result…',
  size: (runs, steps) => `${runs} runs, at most ${steps} steps each`,
  recorded: (seed) => `Recorded earlier, with seed ${seed}. Press Run to train it in this page.`,
  trained: (seed) => `Trained in this page just now, with seed ${seed}.`,
  notRun: 'Not run yet. Press Run to train it in this page.',
  preparing: 'Getting ready…',
  testing: 'Testing rates…',
  progress: (step, of) => `Step ${step} of at most ${of}`,
  aborted: 'Stopped. Press Run to start over.',
  sawIt: 'You saw it:',
  inRecording: 'In the recorded run:',
  notThisTime: 'Not this time:',
  tryAgain: 'Try another seed?',
  anotherSeed: 'Run with another seed',
  guessedRight: (choice) => `You guessed “${choice}”, and that is what happened.`,
  guessedWrong: (choice, answer) => `You guessed “${choice}”; the answer was “${answer}”.`,
  guessedOpen: (choice) => `You guessed “${choice}”; this time none of the answers fits.`,
  stops: {
    end: (run, step) => `It stopped at step ${step}, the last one${run === '' ? '' : ` of ${run}`}.`,
    diverges: (run, step) => `It stopped because ${run} diverged at step ${step}.`,
    'loss-below': (run, step) => `It stopped soon after step ${step}, where ${run} had clearly learned.`,
    'rate-below': (run, step) => `It stopped because the rate of ${run} was used up by step ${step}.`,
    cut: (run, step) => `It stopped once the cut of ${run} at step ${step} had shown its effect.`,
  },
  says: {
    falls: {
      yes: ({ run, from, loss, steps }) =>
        `With ${run} the loss fell from ${from} to ${loss} in ${steps} steps.`,
      no: ({ run, from, loss, steps }) =>
        `With ${run} the loss stayed high: ${from} at first, ${loss} after ${steps} steps.`,
    },
    stays: {
      yes: ({ run, from, loss, steps }) =>
        `With ${run} it stayed high: ${from} at first, ${loss} after ${steps} steps.`,
      no: ({ run, from, loss, steps }) =>
        `With ${run} the loss fell from ${from} to ${loss} in ${steps} steps.`,
    },
    diverges: {
      yes: ({ run, diverged }) => `${run} diverged at step ${diverged}.`,
      no: ({ run, loss }) => `${run} did not diverge; its loss ended at ${loss}.`,
    },
    'lower-loss': {
      yes: ({ run, than, loss, thanLoss }) => `${run} ended at a loss of ${loss}, ${than} at ${thanLoss}.`,
      no: ({ run, than, loss, thanLoss }) =>
        `${run} ended at a loss of ${loss}, not clearly below ${than} at ${thanLoss}.`,
    },
    'rate-below': {
      yes: ({ run, from, lr, step }) => `${run}: the rate fell from ${from} to ${lr} in ${step} steps.`,
      no: ({ run, from, lr, step }) => `${run}: the rate began at ${from} and was ${lr} at step ${step}.`,
    },
    'rate-at': {
      yes: ({ run, lr, step }) => `At step ${step}, ${run} used a rate of ${lr}.`,
      no: ({ run, lr, step }) =>
        `At step ${step}, ${run} used a rate of ${lr}, which its schedule does not give.`,
    },
    'higher-peak': {
      yes: ({ run, than, lr, thanLr }) => `${run} reached a rate of ${lr}, ${than} only ${thanLr}.`,
      no: ({ run, than, lr, thanLr }) =>
        `${run} reached a rate of ${lr}, no better than ${than} with ${thanLr}.`,
    },
    'rate-returns': {
      yes: ({ run, lr, thanLr }) => `The rate of ${run} fell to ${thanLr} and climbed back to ${lr}.`,
      no: ({ run, lr, thanLr }) => `The rate of ${run} fell to ${thanLr} and ended at ${lr}.`,
    },
    'rate-cycles': {
      yes: ({ run, step, lr, thanLr }) =>
        `The rate of ${run} peaked at ${thanLr} in step ${step} and ended at ${lr}.`,
      no: ({ run, step, lr, thanLr }) =>
        `The rate of ${run} made no cycle: highest at step ${step} (${thanLr}), at the end ${lr}.`,
    },
    'same-rates': {
      yes: ({ run, than, lr }) => `${run} and ${than} used the same rates, down to ${lr}.`,
      no: ({ run, than, lr }) => `${run} and ${than} used different rates; ${run} ended at ${lr}.`,
    },
    'same-losses': {
      yes: ({ run, than, loss }) => `${run} and ${than} gave the same losses, bit for bit, down to ${loss}.`,
      no: ({ run, than, loss }) => `${run} and ${than} gave different losses; ${run} ended at ${loss}.`,
    },
    'ends-higher': {
      yes: ({ run, than, lr, thanLr }) => `${run} ended with a rate of ${lr}, ${than} with ${thanLr}.`,
      no: ({ run, than, lr, thanLr }) =>
        `${run} ended with a rate of ${lr}, not clearly above ${than} with ${thanLr}.`,
    },
    'cut-helps': {
      yes: ({ run, step, lr, thanLr, from, loss }) =>
        `${run} cut the rate from ${thanLr} to ${lr} at step ${step}, and the loss then fell from ${from} to ${loss}.`,
      no: ({ run, step, lr, thanLr, from, loss }) =>
        `${run} cut the rate from ${thanLr} to ${lr} at step ${step}, but the loss stayed high: ${from} before, ${loss} after.`,
    },
    'than-diverged': {
      yes: ({ run, than, loss }) => `${run} ended at a loss of ${loss}; ${than} diverged.`,
      no: ({ run, than, loss }) => `${run} ended at a loss of ${loss}; ${than} diverged.`,
    },
    'run-diverged': {
      yes: ({ run, diverged }) => `${run} diverged at step ${diverged}.`,
      no: ({ run, diverged }) => `${run} diverged at step ${diverged}.`,
    },
    'never-cut': {
      yes: ({ run }) => `${run} never cut the rate.`,
      no: ({ run }) => `${run} never cut the rate.`,
    },
  },
  also: {
    'lower-loss': (run, loss) => `${run} ended at ${loss}.`,
    'ends-higher': (run, lr) => `${run} ended with ${lr}.`,
  },
  suggested: (steepest, tenth) =>
    `The range test suggests ${steepest}, where the loss falls fastest, and ${tenth}, a tenth of where it diverges.`,
  adjust: (name, value) => `${name} = ${value}`,
  adjusted: 'Changed. Press Run to see what happens.',
  planned: 'dotted: planned',
  charts: { loss: 'Loss', lr: 'Learning rate', rangeTest: 'Range test: loss over the rate' },
  lossCaption: 'Loss over the steps (smoothed; thin: each batch)',
  rateCaption: 'Learning rate over the steps',
  describe: (chart, runs) => `${chart}. ${runs}`,
  divergedAt: (step) => `diverged at step ${step}`,
  listJoint: '; ',
  join: (one, other) => `${one} ${other}`,
  openInLab: 'Open in the lab',
  code: 'PyTorch code',
  share: 'Share',
  copied: 'Link copied.',
  copyByHand: 'Your browser blocked the clipboard. Copy this link:',
  link: 'Link to this experiment',
  plateau: (bad, patience, needs) => `${bad} of ${patience} bad epochs; needs < ${needs}`,
  faulty: 'This experiment has errors.',
  unknown: (name) => `There is no experiment named “${name}”.`,
  unreadable: (src) => `The experiment at ${src} cannot be loaded.`,
  missing: 'Nothing to run: the name or src attribute is missing.',
  builtIn: {
    'three-rates': {
      title: 'Three rates from one start',
      question: 'What will the largest rate do?',
      choices: { fastest: 'falls fastest', diverges: 'never comes down', wobbles: 'wobbles around' },
      runs: {},
    },
    'step-decay': {
      title: 'A constant rate against StepLR',
      question: 'After the cut at epoch 4, the loss ends…',
      choices: { lower: 'lower', higher: 'higher', same: 'about the same' },
      runs: {},
    },
    'epoch-or-batch': {
      title: 'StepLR(5), stepped two ways',
      question: 'Stepped after every batch, the run…',
      choices: { faster: 'learns faster', stuck: 'gets stuck', same: 'stays the same' },
      runs: { epoch: 'StepLR per epoch', batch: 'StepLR per batch' },
    },
    'three-programs': {
      title: 'Three programs, run as written',
      question: 'After 20 epochs, programs 1 and 3…',
      choices: { same: 'are still identical', lower: 'differ: 3 has the lower rate' },
      runs: {},
    },
    'warm-up': {
      title: 'RMSprop with and without a warm-up',
      question: 'Without the warm-up, the run…',
      choices: { diverges: 'diverges', lower: 'learns faster', same: 'ends about level' },
      runs: {},
    },
    cosine: {
      title: 'T_max: half, all or twice the run',
      question: 'Which T_max ends lowest?',
      choices: { half: 'half the run', whole: 'the whole run', twice: 'twice the run' },
      runs: {},
    },
    'one-cycle': {
      title: 'One cycle against two constant rates',
      question: 'Which run ends lowest?',
      choices: { cycle: 'OneCycleLR', low: 'lr 0.01', high: 'lr 0.1' },
      runs: {},
    },
    'chained-or-sequential': {
      title: 'Two schedulers, joined two ways',
      question: 'Which run ends lower?',
      choices: { chained: 'ChainedScheduler', sequential: 'SequentialLR' },
      runs: {},
    },
    plateau: {
      title: 'Cut the rate when the loss stalls',
      question: 'After the cut, the loss…',
      choices: { falls: 'falls again', nothing: 'stays where it was' },
      runs: {},
    },
    'find-a-rate': {
      title: 'Test the rates, then race them',
      question: 'Which suggestion ends lower?',
      choices: { steepest: 'the steepest fall', tenth: 'a tenth of divergence' },
      runs: { steepest: 'steepest fall', '1/10': 'a tenth of divergence' },
    },
    resume: {
      title: 'Stopped after epoch 6, resumed four ways',
      question: 'With a new scheduler, the rate ends…',
      choices: { lower: 'lower', higher: 'higher', same: 'the same' },
      runs: {
        state_dict: 'state dicts',
        last_epoch: 'last_epoch',
        'new scheduler': 'a new scheduler',
        'T_max 24': 'a longer T_max',
      },
    },
  },
};

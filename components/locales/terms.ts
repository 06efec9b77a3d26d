import type { ExperimentTerms } from './experiment-terms.js';
import type { KeyboardTerms } from './keyboard-terms.js';
import type { Translation } from '@shoelace-style/localize';
import type { BackendName, Handoff, LabState, RunState } from '../../src/lab/index.js';
import type { Problem, ProblemIssue } from '../../src/errors.js';
import type {
  AdviceCode,
  AdviceValues,
  Interval,
  Monitor,
  PolicyIssueCode,
  PresetId,
  PyTorchNoteCode,
  PythonDetail,
  schedulerParameters,
  SchedulerType,
} from '../../src/policy/index.js';

/** Every parameter of every scheduler; `mode` has two meanings, one for each scheduler that has one. */
type ParameterName = {
  [Type in SchedulerType]: keyof (typeof schedulerParameters)[Type];
}[SchedulerType];

/** The names of the values of a kind of advice; a count or a moment comes with its unit. */
export type AdviceWord<Code extends AdviceCode = AdviceCode> = Code extends AdviceCode
  ? Exclude<keyof AdviceValues[Code], 'unit'>
  : never;

/** A schedule of the preset menu, in words. */
export interface PresetTerms {
  name: string;
  /** One sentence: why to choose it. */
  reason: string;
}

/**
 * Every word on screen, in one language. Values are already formatted (numbers through `Intl.NumberFormat`), so a
 * sentence only inserts them. PyTorch's names are never translated.
 */
export interface Terms extends Translation {
  /** The page around the elements. */
  lab: {
    name: string;
    setUp: (settings: string) => string;
    /** The other language's name for itself, and the same in this language, for a label. */
    otherLanguage: string;
    switchLanguage: string;
    themes: { light: string; dark: string };
    switchTheme: (next: string) => string;
    datasets: { digits: string; mnist: string; custom: string };
    models: Record<'tiny' | 'lenet' | 'alexnet' | 'mlp' | 'custom', string>;
    modelChosenOnStart: string;
    momentum: (value: string) => string;
    batch: (size: string) => string;
    epochs: (count: string) => string;
    seed: (seed: string) => string;
    classCount: (count: string) => string;
    classes: (list: string) => string;
    noLab: (tag: string) => string;
    attributeProblem: string;
    dismiss: string;
    /** The button that shows the tools of a narrow page. */
    more: string;
    /** The list of keys. */
    keyboard: string;
    /** A link past the header. */
    skip: string;
    sectionsLabel: string;
    sections: { schedule: string; runs: string; inside: string };
    /** Before the start. */
    emptySections: { runs: string; inside: string };
    /** What a newcomer could do next. */
    next: { start: string; swap: string; fork: string; race: string };
    /** The session of an earlier visit. */
    keptLabel: string;
    kept: (when: string, runs: string) => string;
    keptRun: (run: string, steps: string) => string;
    listJoint: string;
    goOn: string;
    forget: string;
    /** A session from a link or a file that would replace the current one. */
    waits: { link: string; file: string; experiment: string };
    openIt: string;
    keepPresent: string;
    tagline: string;
    pages: { label: string; lab: string; learn: string; schedulers: string };
    /** The list of guided experiments. */
    experiments: {
      open: string;
      title: string;
      close: string;
      introduction: string;
      article: string;
    };
    /** A link that was just opened, with a sentence for each of its runs. */
    opened: (settings: string, ...runs: string[]) => string;
    /** An experiment that was just opened. */
    openedExperiment: (title: string, question: string, ...runs: string[]) => string;
    /** While its runs are there. */
    experiment: (title: string, question: string) => string;
    openedRun: (run: string, schedule: string, ...changes: string[]) => string;
    /** What a run will do at a step. */
    openedChange: Record<
      'swap' | 'chain' | 'unchain' | 'setLr' | 'adjust',
      (what: string, step: string) => string
    >;
  };
  /** Start, pause, step, reset, and the progress of the run. */
  controls: {
    label: string;
    start: string;
    pause: string;
    resume: string;
    again: string;
    retry: string;
    cancel: string;
    step: string;
    stepHint: string;
    stepWhy: string;
    tenSteps: string;
    reset: string;
    resetHint: string;
    resetQuestion: (runs: string) => string;
    resetAll: string;
    keepRuns: string;
    fork: string;
    forkHint: string;
    speed: string;
    speedHint: string;
    speedNow: (stepsPerSecond: string) => string;
    states: Record<LabState, string>;
    epoch: (epoch: string, of: string) => string;
    stepOf: (step: string, of: string) => string;
    left: (time: string) => string;
    progress: string;
    loadingLabel: string;
    loadingBackend: string;
    loadingModel: string;
    drawingDigits: (done: string, of: string) => string;
    readingImages: (done: string, of: string) => string;
    downloading: (done: string, of: string) => string;
    replaying: (done: string, of: string) => string;
    testingRates: (done: string, of: string) => string;
    preparingData: string;
    announce: Record<LabState, (step: string, of: string) => string>;
    announceFigures: (loss: string, lr: string) => string;
    speeds: { real: string; fast: string; most: string };
  };
  /** The table of runs, and the commands for each. */
  runs: {
    heading: string;
    columns: Record<'run' | 'schedule' | 'step' | 'loss' | 'accuracy' | 'best' | 'actions', string>;
    lossHint: string;
    stepOf: (step: string, of: string) => string;
    bestAt: (accuracy: string, epoch: string) => string;
    states: Record<RunState, string>;
    forkOf: (run: string, step: string) => string;
    sameStart: (run: string) => string;
    select: (run: string) => string;
    noPolicy: string;
    held: (step: string) => string;
    rewind: (lr: string) => string;
    hide: string;
    show: string;
    hideRun: (run: string) => string;
    showRun: (run: string) => string;
    fork: string;
    forkRun: (run: string) => string;
    forkTitle: (run: string) => string;
    forkHint: string;
    forkSchedule: string;
    forkSame: (schedule: string) => string;
    forkStep: string;
    forkStepHint: (last: string) => string;
    /** Who leads at the last step that both have reached. */
    leads: (run: string, step: string, loss: string, other: string, otherLoss: string) => string;
    equal: (run: string, other: string, step: string) => string;
    /** What a change did, in numbers. */
    since: Record<
      'swap' | 'chain' | 'unchain' | 'setLr' | 'adjust',
      (run: string, what: string, steps: string) => string
    >;
    sinceStart: (run: string, schedule: string, steps: string) => string;
    /** What tells runs apart that differ in their rate. */
    rate: (rate: string) => string;
    lossChange: (before: string, after: string) => string;
    lossNow: (loss: string) => string;
    end: string;
    /** Between the schedules that a run has had. */
    swapped: string;
    otherStill: (run: string, schedule: string, loss: string) => string;
    otherOn: (run: string, schedule: string, loss: string) => string;
    more: string;
    moreOf: (run: string) => string;
    pause: string;
    resume: string;
    rename: string;
    newName: (run: string) => string;
    nameLimit: (count: string) => string;
    weights: string;
    program: string;
    csv: string;
    remove: string;
    done: {
      forked: (run: string, step: string) => string;
      rewound: (run: string, step: string, lr: string) => string;
      renamed: (run: string) => string;
      paused: (run: string) => string;
      resumed: (run: string) => string;
      removed: (run: string) => string;
      saved: (files: string) => string;
    };
  };
  /** The learning-rate range test. */
  range: {
    open: string;
    title: string;
    close: string;
    introduction: string;
    from: string;
    to: string;
    steps: string;
    harmless: string;
    start: string;
    again: string;
    cancel: string;
    preparing: string;
    going: (done: string, of: string) => string;
    progress: string;
    plot: (first: string, last: string, suggestions: string) => string;
    blowUp: string;
    tenth: (lr: string) => string;
    steepest: (lr: string) => string;
    /** Which of two suggestions is the smaller one. */
    safer: string;
    /** Why a rate cannot be used: what has become of the run. */
    over: Record<'finished' | 'held', (run: string) => string>;
    bolder: string;
    none: string;
    useLr: (lr: string) => string;
    useMaxLr: (lr: string) => string;
    done: { lr: (lr: string) => string; maxLr: (lr: string) => string };
    table: string;
    columns: Record<'lr' | 'loss' | 'smoothed', string>;
  };
  /** A link to the session. */
  share: {
    open: string;
    title: string;
    close: string;
    introduction: string;
    introductionUntrained: string;
    link: string;
    copy: string;
    copied: string;
    copyByHand: string;
    qr: string;
    qrOf: string;
    qrTooLong: (length: string, most: string) => string;
  };
  /** Files to export and to open. */
  export: {
    open: string;
    title: string;
    session: string;
    sessionHint: string;
    csv: string;
    csvHint: string;
    weights: (run: string) => string;
    weightsHint: string;
    program: (run: string) => string;
    programHint: string;
    saved: (files: string) => string;
    openFile: string;
    openFileHint: string;
    table: string;
    tableHint: string;
  };
  /** What one update did, and its cost. */
  report: {
    heading: string;
    summary: string;
    waiting: (run: string) => string;
    ofStep: (run: string, step: string) => string;
    scheduled: string;
    used: string;
    agrees: string;
    /** In the precision of the schedule: on the CPU, and where float32 has the very number. */
    isEqual: string;
    differs: string;
    gradientNorm: string;
    updateRatio: string;
    weights: string;
    weight: string;
    ratioHint: string;
    gpu: string;
    javascript: string;
    submits: string;
    milliseconds: (value: string) => string;
    notKnown: string;
  };
  /** What trains: adapter, fallback, speed. */
  backend: {
    label: string;
    names: Record<BackendName, string>;
    notStarted: string;
    notStartedDetails: string;
    speed: (stepsPerSecond: string) => string;
    idle: string;
    softwareShort: string;
    fallbackShort: string;
    cpuShort: string;
    adapter: string;
    adapterUnknown: string;
    hardware: string;
    software: string;
    cpu: string;
    webgl: string;
    fallbackModel: string;
    refusedTitle: string;
    refused: (name: string, reason: string) => string;
  };
  /** The learning-rate policy: choose, edit, swap, chain. */
  panel: {
    label: string;
    heading: string;
    preset: string;
    presetOwn: string;
    /** A preset that a run trains with. */
    trainsNow: string;
    /** The three ways to write a policy. */
    views: Record<'build' | 'pytorch' | 'json', string>;
    viewsLabel: string;
    undo: string;
    redo: string;
    copy: string;
    copied: string;
    mendText: (view: string) => string;
    json: string;
    jsonHint: string;
    pytorch: string;
    pytorchHint: string;
    /** What PyTorch code leaves open, and what was read besides the policy. */
    code: {
      open: string;
      line: (line: string) => string;
      yes: string;
      no: string;
      /** Where the code does not say what is meant, in place of its text. */
      whichOptimizer: string;
      whichMetric: (expression: string) => string;
      whichInterval: (expression: string) => string;
      choices: Record<Monitor | Interval, string>;
      notesLabel: string;
      notes: Record<PyTorchNoteCode, (value: string) => string>;
      offer: (optimizer: string) => string;
      /** The code's number of epochs, and the run's. */
      epochs: (epochs: string, current: string) => string;
      tooManyEpochs: (epochs: string, accepted: string) => string;
      /** What is not taken over from an optimizer; `current` is the run's. */
      unavailable: (optimizer: string, current: string) => string;
      unknownRate: (optimizer: string, current: string) => string;
      severalRates: (optimizer: string, current: string) => string;
      /** Its param groups; the rates are empty where they are not known. */
      groups: (count: string, rates: string) => string;
      useSettings: string;
      onlySchedule: string;
    };
    /** The cards. */
    build: {
      cards: string;
      cardsOf: (scheduler: string) => string;
      scheduler: string;
      add: string;
      addThen: string;
      addThenLabel: string;
      addWith: string;
      addWithLabel: string;
      earlier: string;
      later: string;
      remove: string;
      removeLabel: string;
      removed: (scheduler: string) => string;
      moved: (scheduler: string, place: string, of: string) => string;
      drag: string;
      with: string;
      thenAt: (name: string) => string;
      thenWords: string;
      /** What a number of the scheduler's steps is counted in: every one of them, or every `times`-th. */
      units: Record<Interval, (times: string) => string>;
      holds: { then: (count: string) => string; with: (count: string) => string };
      span: (from: string, to: string) => string;
      more: string;
      combine: string;
      first: string;
      last: string;
      composite: string;
      /** When an entry is stepped, as one phrase: "steps after every [batch]". */
      stepsAfter: string;
      often: Record<'epoch' | 'step' | 'epochs' | 'steps', string>;
      oftenCount: string;
      monitors: Record<'trainLoss' | 'valLoss' | 'valAccuracy', string>;
      monitorWords: string;
    };
    valid: string;
    invalid: (count: number) => string;
    nothingRuns: string;
    intervals: { epoch: string; step: string; mixed: string };
    intervalHint: { epoch: (steps: string) => string; step: string };
    ofRun: (run: string) => string;
    when: string;
    now: string;
    nextEpoch: string;
    atStep: string;
    step: string;
    stepHint: (last: string) => string;
    from: string;
    currentLr: (lr: string) => string;
    baseLr: (lr: string) => string;
    torchLr: string;
    handoffHint: Record<'continue' | 'restart' | 'torch', string>;
    ownRatesHint: string;
    counterfactual: string;
    previewGuess: (preview: string) => string;
    /** When a change acts and from which rate, in one sentence. */
    options: {
      title: string;
      label: (sentence: string) => string;
      sentence: (when: string, from: string) => string;
      asNewRun: (sentence: string) => string;
      now: string;
      epoch: string;
      atStep: (step: string) => string;
      from: (rate: string) => string;
      keeping: string;
      /** Of a schedule that sets its own rates. */
      own: string;
    };
    preview: Record<'swap' | 'chain' | 'race', (first: string, last: string) => string>;
    startsWith: (schedule: string) => string;
    startKeeps: (schedule: string) => string;
    startHint: string;
    hasErrors: string;
    swap: (schedule: string) => string;
    alreadyOn: (run: string, schedule: string) => string;
    race: string;
    raceHint: string;
    raceWith: (schedule: string, run: string) => string;
    raceAnother: (run: string, schedule: string) => string;
    /** Trains the run further; `epochs` has been formatted. */
    extend: (epochs: string) => string;
    extendHint: string;
    /** What an unedited preset is fitted to. */
    fit: {
      left: (steps: string) => string;
      whole: (steps: string) => string;
      useWhole: (steps: string) => string;
      useLeft: string;
    };
    chain: string;
    chainHint: string;
    program: string;
    programHint: (configuration: string) => string;
    programSource: string;
    programConfirm: string;
    presetsPrograms: string;
    running: string;
    runningBeforeStart: string;
    ran: string;
    diverged: string;
    /** What has been done to the run, with the way back. */
    changes: string;
    changed: Record<
      'swap' | 'chain' | 'unchain' | 'setLr' | 'adjust',
      (what: string, step: string) => string
    >;
    back: string;
    backOf: (what: string) => string;
    base: string;
    chained: string;
    every: { epoch: (count: number) => string; step: (count: number) => string };
    takeOut: string;
    takeOutOf: (scheduler: string) => string;
    byHand: string;
    byHandHint: string;
    /** Why the rate cannot be set. */
    byHandOff: Record<'ended' | 'diverged' | 'loading', string>;
    set: string;
    planned: (what: string, step: string) => string;
    plannedTitle: string;
    moveTo: (what: string) => string;
    move: string;
    takeBack: string;
    takeBackOf: (what: string) => string;
    done: {
      later: (step: string) => string;
      movedPlanned: (step: string) => string;
      takenBack: string;
      use: string;
      newRun: (run: string) => string;
      raced: (run: string, other: string) => string;
      back: (run: string, step: string) => string;
      swapNow: (step: string) => string;
      swapLater: (step: string) => string;
      chainNow: (step: string) => string;
      chainLater: (step: string) => string;
      program: string;
      unchain: (scheduler: string, step: string) => string;
      setLrAhead: (lr: string) => string;
      setLr: (lr: string, step: string) => string;
    };
    kinds: Record<'swap' | 'chain' | 'unchain' | 'setLr' | 'adjust', string>;
  };
  /** The meaning of each parameter, in a few words. */
  parameters: Record<Exclude<ParameterName, 'schedulers' | 'mode'> | 'plateauMode' | 'cyclicMode', string>;
  /** The presets of `src/policy`, by their id. */
  presets: Record<PresetId, PresetTerms>;
  /** What is probably not meant in a policy, and the click that corrects it. */
  advice: {
    label: string;
    /** So many epochs or steps. */
    lengths: Record<Interval, (count: string) => string>;
    /** The end of an epoch, or a step. */
    moments: Record<Interval, (number: string) => string>;
    sentences: { [Code in AdviceCode]: (words: Readonly<Record<AdviceWord<Code>, string>>) => string };
    fixes: {
      set: (parameter: string, value: string) => string;
      interval: Record<Interval, string>;
      fit: string;
    };
  };
  /** The set-up dialog. */
  setup: {
    title: string;
    close: string;
    apply: string;
    cancel: string;
    data: string;
    training: string;
    dataset: string;
    digitsHint: string;
    mnistHint: string;
    customHint: string;
    classes: string;
    classesHint: string;
    mnistState: Record<'unknown' | 'absent' | 'ready', string>;
    download: string;
    downloadHint: string;
    cancelDownload: string;
    downloadProgress: string;
    bytes: (done: string, of: string) => string;
    megabytes: (value: string) => string;
    drop: string;
    dropHint: string;
    files: string;
    model: string;
    modelAuto: string;
    modelHints: Record<'tiny' | 'lenet' | 'alexnet' | 'mlp', string>;
    optimizer: string;
    optimizerName: string;
    learningRate: string;
    /** The meaning of each option of an optimizer, in a few words; its name is PyTorch's. */
    options: Record<
      | 'weightDecay'
      | 'momentum'
      | 'dampening'
      | 'beta1'
      | 'beta2'
      | 'alpha'
      | 'eps'
      | 'lrDecay'
      | 'initialAccumulatorValue'
      | 'nesterov'
      | 'amsgrad'
      | 'centered'
      | 'maximize',
      string
    >;
    groups: string;
    groupsHint: string;
    group: (number: string) => string;
    groupLayers: string;
    addGroup: string;
    removeGroup: (number: string) => string;
    checkEvery: string;
    checkEveryHint: string;
    batchSize: string;
    epochs: string;
    stepsPerEpoch: string;
    stepsPerEpochHint: string;
    seed: string;
    seedHint: string;
    restarts: string;
    /** The dialog is opened again with edits. */
    kept: string;
    restartsQuestion: (runs: string) => string;
    applyAnyway: string;
  };
  /** Problems in words: the value received and what is accepted. Keyed by `Problem.code`. */
  problems: {
    given: string;
    accepted: string;
    sentences: Partial<Record<string, (problem: Problem) => string>>;
    /** The value received or what is accepted, if the engine describes it in words. */
    values: Partial<Record<string, (problem: Problem) => Pick<Problem, 'received' | 'accepted'>>>;
    /** One error of a policy: in its cards, its JSON or its PyTorch code. */
    issues: Record<PolicyIssueCode, (issue: ProblemIssue) => string>;
    /** What exactly Python code does, with the way out. */
    details: Record<PythonDetail, string>;
    place: string;
    line: (line: string) => string;
    lineAndColumn: (line: string, column: string) => string;
    suggestion: (sentence: string, word: string) => string;
  };
  /** A strip of validation images with the network's answers. */
  samples: {
    label: string;
    ofUnseen: string;
    waiting: string;
    recognised: (label: string) => string;
    mistaken: (label: string, answer: string) => string;
  };
  /** The charts (loss and learning rate). */
  charts: {
    loss: string;
    learningRate: string;
    /** The unit at the end of the step axis, and a step in a sentence. */
    stepAxis: string;
    step: (step: string) => string;
    epoch: (epoch: string) => string;
    smoothed: string;
    validationLoss: string;
    validationAccuracy: string;
    used: string;
    willUse: string;
    /** A preview that depends on losses to come. */
    guess: string;
    guessed: string;
    /** What a change would do to a run. */
    draftOf: (run: string) => string;
    /** The preview of a race, whose run is not there yet. */
    draftOfNew: string;
    /** Every run is hidden. */
    allHidden: string;
    window: string;
    whole: string;
    wholeHint: string;
    follow: string;
    followHint: string;
    zoomIn: string;
    zoomInHint: string;
    zoomOut: string;
    /** The times of the policy that can be dragged, by their parameter. */
    handles: {
      group: string;
      names: Partial<Record<string, string>>;
      label: (name: string, scheduler: string, parameter: string) => string;
      value: (parameter: string, value: string, step: string) => string;
      beyond: (parameter: string, value: string) => string;
      pending: (text: string) => string;
    };
    smoothing: string;
    logScale: string;
    logScaleHint: string;
    tableHint: string;
    now: string;
    lossEmpty: string;
    notANumber: (step: string) => string;
    notANumberIn: (run: string, step: string) => string;
    cursor: (chart: string) => string;
    tableOf: (chart: string) => string;
    columns: Record<
      | 'run'
      | 'step'
      | 'loss'
      | 'smoothed'
      | 'validationLoss'
      | 'validationAccuracy'
      | 'learningRate'
      | 'kind',
      string
    >;
    marksOf: (chart: string) => string;
    markAt: (step: string, label: string) => string;
    /** The flags of interventions. A policy appears as the names of its schedulers. */
    marks: {
      swap: (policy: string) => string;
      chain: (policy: string) => string;
      unchain: (scheduler: string) => string;
      setLr: (rate: string) => string;
      adjust: (policy: string) => string;
      planned: (mark: string) => string;
      more: (mark: string, others: string) => string;
      ofRun: (run: string, mark: string) => string;
    };
    /** The charts in a sentence, for screen readers. */
    describe: (chart: string, ...sentences: string[]) => string;
    describeLoss: (run: string, step: string, of: string, loss: string, smoothed: string) => string;
    describeValidation: (epoch: string, loss: string, accuracy: string) => string;
    describeRate: (run: string, step: string, of: string, rate: string) => string;
    describePreview: (rate: string) => string;
    describeEmpty: (chart: string, steps: string) => string;
    epochAxis: string;
    lowerIsBetter: string;
    tools: (chart: string) => string;
    savePng: string;
    saveSvg: string;
    forkFrom: (step: string) => string;
    unpin: string;
    table: string;
    /** How a rate came about: `0.007 = 0.1 × LinearLR 0.7 × MultiStepLR 0.1`. */
    why: {
      label: string;
      labelAt: (step: string) => string;
      planned: (rate: string) => string;
      constant: string;
      /** After the name of a scheduler. */
      sets: (rate: string) => string;
      setLr: (rate: string, step: string) => string;
      /** A rate at a swap that is not the base rate. */
      swap: (rate: string) => string;
      /** Since when a swapped-in schedule is live, and its base rate, by the handoff. */
      swapped: Record<Handoff, (schedule: string, step: string, base: string) => string>;
      /** For a schedule that does not start from a given rate. */
      swappedOwn: (schedule: string, step: string) => string;
      show: (scheduler: string) => string;
      badEpochs: (bad: string, patience: string) => string;
      /** For a metric that is looked at every few steps. */
      badChecks: (bad: string, patience: string) => string;
      needsBelow: (metric: string) => string;
      needsAbove: (metric: string) => string;
      firstMetric: string;
      coolingDown: (left: string) => string;
      ofLayers: (layers: string) => string;
      otherLayers: string;
      unknown: string;
      tooFar: string;
    };
  };
  /** A policy drawn without training. */
  schedulePlot: {
    empty: string;
    /** The name of the vertical axis, by its scale. */
    axis: { linear: string; log: string };
    momentum: string;
    metric: string;
    epoch: string;
    momentumColumn: (curve: string) => string;
    steps: (count: string) => string;
    neverStalls: string;
    stops: (step: string, reason: string) => string;
    ofCurve: (curve: string, text: string) => string;
    /** The plot in sentences, for screen readers. */
    overview: (
      curve: string,
      steps: string,
      first: string,
      last: string,
      lowest: string,
      highest: string,
    ) => string;
    stepOf: (step: string, of: string) => string;
    rateOf: (curve: string, rate: string) => string;
    momentumOf: (curve: string, momentum: string) => string;
    metricOf: (metric: string) => string;
  };
  /** Guided experiments; of English ones `<lr-experiment>` brings the words along. */
  experiments?: ExperimentTerms;
  /** The list of keys; of English ones its dialog brings the words along. */
  keyboard?: KeyboardTerms;
  /** The page of all schedulers. */
  schedulersPage: {
    title: string;
    scale: string;
    scales: { linear: string; log: string };
    torch: string;
    torchIntroduction: (lr: string, steps: string) => string;
    /** What the names in the formulas mean. */
    formulas: string;
    /** One sentence about each: what it does to the learning rate. */
    schedulers: Record<SchedulerType, string>;
    recipes: string;
    recipesIntroduction: (lr: string, epochs: string, stepsPerEpoch: string) => string;
    programs: string;
    programsIntroduction: string;
    noScheduler: string;
    open: string;
    copy: string;
    copied: string;
    copyBlocked: string;
    documentation: (name: string) => string;
  };
}

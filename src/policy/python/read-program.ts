/** Reads a whole program: its schedulers, how each is stepped, and its optimizer. */
import { Machine } from './machine.js';
import type { Answer, PyTorchNote } from './outcome/answers.js';
import { chooseOptimizer } from './program/choose-optimizer.js';
import { runWhatIsNotCalled } from './program/entry-points.js';
import { isConfiguration } from './program/lightning-configuration.js';
import { configureWith } from './program/lightning-module.js';
import { readAgain } from './program/read-again.js';
import type { Reading } from './program/reading.js';
import { refuseUncalled } from './program/refuse-uncalled.js';
import { configuredSchedulers, steppedSchedulers } from './program/stepped-schedulers.js';
import type { SteppedScheduler } from './program/stepped-schedulers.js';
import { State } from './state/state.js';
import { parseProgram } from './syntax/parse-program.js';
import { countEpochs } from './training/count-epochs.js';
import type { OptimizerValue, SchedulerValue } from './values/value.js';

/** What was read. */
export interface ProgramReading {
  /** All its schedulers in the order of their construction, children included. */
  readonly schedulers: readonly SchedulerValue[];
  /** Those that are in no composite, each with how it is stepped; several times where it is stepped in several places. */
  readonly steps: readonly SteppedScheduler[];
  readonly optimizer: OptimizerValue;
  /** How many epochs it trains, where the code tells. */
  readonly epochs: number | undefined;
  readonly notes: readonly PyTorchNote[];
}

/** What a program does with one optimizer. @throws PythonRefusal, Question */
export function readProgram(code: string, answers: ReadonlyMap<string, Answer>): ProgramReading {
  const program = parseProgram(code);
  const state = new State(program.source, answers);
  const machine = new Machine(state);
  const reading: Reading = { program, state, machine, configuration: undefined };
  const result = machine.runModule(program.statements);
  if (result && isConfiguration(result)) configureWith(reading, result, program.statements.at(-1)?.line ?? 1);
  runWhatIsNotCalled(reading);
  refuseUncalled(reading, program.statements);
  readAgain(machine);
  const optimizer = chooseOptimizer(reading);
  const notes = (): PyTorchNote[] => [...state.notes.values()].sort((a, b) => a.line - b.line);
  const schedulers = state.schedulers.content.filter((scheduler) => scheduler.optimizer === optimizer);
  const top = schedulers.filter(({ parent }) => parent.content === undefined);
  const steps = reading.configuration
    ? configuredSchedulers(reading.configuration, top)
    : steppedSchedulers(state, optimizer, top);
  const epochs = reading.configuration ? reading.configuration.epochs : countEpochs(state, optimizer);
  return { schedulers, steps, optimizer, epochs, notes: notes() };
}

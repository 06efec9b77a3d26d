/** Calls whose code is not there: what their names tell about them. */
import { closestWord } from '../../../../closest-word.js';
import { isSchedulerType, schedulerTypes } from '../../../schema/scheduler-parameters.js';
import type { ExpressionOf } from '../../../syntax/expression.js';
import { actsIn } from '../../names/acting-blocks.js';
import { purposeOf, unitOf } from '../../names/call-purpose.js';
import { foreignLibrary } from '../../names/foreign-libraries.js';
import { lastOf } from '../../names/name-words.js';
import { isHuggingFaceSchedule } from '../../names/paths.js';
import { PythonRefusal } from '../../outcome/python-refusal.js';
import type { Interpreter } from '../../state/interpreter.js';
import { entitiesIn } from '../../values/entities.js';
import type { Entity } from '../../values/entities.js';
import type { CallArgument, Value } from '../../values/value.js';
import { fitOf } from '../classes/lightning-trainer.js';
import { isContainerOfScheduler, refuseChangedPart } from '../schedulers/scheduler-parts.js';
import { updateWith } from '../optimizers/call-optimizer.js';
import { forgetMutable } from './forget-mutable.js';
import { trainerWith } from './hugging-face-trainer.js';
import { launchProcesses } from './launch-processes.js';
import { wrappedValues } from './wrapped-values.js';

/** A call whose code is not there: what it may do to an optimizer or a scheduler its name tells, or nobody. */
export function callElsewhere(
  interpreter: Interpreter,
  path: string,
  given: readonly CallArgument[],
  call: ExpressionOf<'call'>,
  object: Value | undefined,
  method = lastOf(path),
): Value {
  const { state } = interpreter;
  const { line } = call;
  const text = state.textOf(call);
  const values = given.map(({ value }) => value);
  const trainer = trainerWith(state, method, given, call);
  if (trainer) return trainer;
  const direct = entitiesIn(object ? [...values, object] : values);
  const indirect = direct.size > 0 ? direct : entitiesIn(values, { intoObjects: true });
  for (const value of values) {
    if (value.type === 'function' && actsIn(value.body)) {
      if (/^(?:spawn|launch|notebook_launcher|run|fire|Fire)$/.test(method))
        return launchProcesses(interpreter, value, given, call);
      throw new PythonRefusal(
        'python-unsupported',
        line,
        `when ${method} calls ${value.name || 'the function'} is not known; call it in the code`,
        { received: text },
      );
    }
  }
  const purpose = purposeOf(method);
  const isMode =
    purpose === 'training' &&
    method === 'train' &&
    direct.size === 0 &&
    given.length <= 1 &&
    call.callee.type === 'attribute';
  const isCopying = /^(?:numpy|torch|copy|json|pickle|pandas|statistics|matplotlib)\./.test(path);
  if (!isCopying && (purpose === 'rate' || purpose === 'unknown')) {
    for (const { value, expression } of given)
      if (isContainerOfScheduler(value)) refuseChangedPart(state, value, expression);
  }
  const foreign = foreignLibrary(path);
  const instead = foreign ? `; the nearest that works is ${foreign.instead}` : '';
  if (direct.size > 0 && method !== 'isinstance') {
    const hasScheduler = [...direct].some(({ type }) => type === 'scheduler');
    const scheduler = hasScheduler ? 'a scheduler' : 'the optimizer';
    if (purpose === 'rate' || (foreign && purpose !== 'reading')) {
      const isNamesake = isSchedulerType(method) || isHuggingFaceSchedule(method);
      const reason =
        isNamesake && !foreign
          ? `${method} is imported from ${path.slice(0, -method.length - 1)}, not from torch.optim.lr_scheduler`
          : foreign
            ? `${method} comes from ${foreign.name}, not from torch.optim.lr_scheduler${instead}`
            : `${method} may change the learning rate, and its code is not here; paste it too, or use a scheduler of torch.optim.lr_scheduler`;
      // A name from nowhere may be a scheduler's, mistyped.
      const suggestion = path === method && !isNamesake ? closestWord(method, schedulerTypes) : undefined;
      throw new PythonRefusal('python-unsupported', line, reason, {
        received: text,
        ...(foreign && { accepted: foreign.instead }),
        detail: foreign ? 'other-library' : 'elsewhere',
        suggestion,
      });
    }
    if (purpose === 'wrapping') return wrappedValues(state, values, method, call);
    if (
      method === 'optimizer_step' ||
      (/scaler/i.test(path) && !given.some(({ name }) => name === 'update_grad'))
    ) {
      const target = [...direct].find((entity) => entity.type === 'optimizer');
      if (
        target &&
        /scaler|optimizer_step/i.test(path) &&
        /^(?:optimizer_step|scaler|loss_scaler|grad_scaler)$/i.test(method)
      )
        return updateWith(state, target, path, call);
    }
    if (hasScheduler && purpose !== 'reading') {
      throw new PythonRefusal(
        'python-unsupported',
        line,
        `what ${method} does with a scheduler is not known; paste ${method} too`,
        { received: text, detail: 'elsewhere' },
      );
    }
    if (purpose === 'unknown') {
      throw new PythonRefusal(
        'python-unsupported',
        line,
        `what ${method} does with ${scheduler} is not known; paste its code too, or remove this line if it does not change the rate`,
        { received: text, detail: 'elsewhere' },
      );
    }
  } else if (
    indirect.size > 0 &&
    (purpose === 'rate' || (purpose === 'unknown' && [...indirect].some(({ type }) => type === 'scheduler')))
  ) {
    throw new PythonRefusal(
      'python-unsupported',
      line,
      `${method} may change the learning rate, and its code is not here; paste it too`,
      { received: text, detail: 'elsewhere' },
    );
  }
  if (purpose === 'training' && !isMode && !/trainer$/i.test(method)) {
    const optimizers = new Set(
      [...indirect].flatMap((entity) => (entity.type === 'optimizer' ? [entity] : [])),
    );
    const fit = method === 'fit' ? fitOf(object, values, line) : undefined;
    state.emit({ type: 'training', line, name: method, unit: unitOf(method), optimizers, fit });
    if (optimizers.size > 0)
      state.note(
        'training-elsewhere',
        line,
        method,
        `${method} is not in the code; it is taken to train and to leave the rate alone`,
      );
  }
  forgetMutable(state, method, values, call);
  if (method === 'backward' || method === 'manual_backward') state.emit({ type: 'backward', line });
  const isContainer = /^[A-Z]/.test(method);
  return state.unknown(text, line, `what ${method} gives is not known`, {
    holds: isContainer && direct.size > 0 ? direct : new Set<Entity>(),
  });
}

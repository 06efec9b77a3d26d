/** What a call does, as far as the name of the function tells. */
import { hasWord, lastOf, wordsOf } from './name-words.js';

/** What calling something of this name does to the optimizer that it is given, as far as the name tells. */
type CallPurpose = 'rate' | 'reading' | 'training' | 'wrapping' | 'unknown';

/** The purpose of a function or method, by its name. */
export function purposeOf(name: string): CallPurpose {
  const words = wordsOf(name);
  const [first = ''] = words;
  const isAboutRate =
    hasWord(words, /^(?:lrs?|sched\w*|warm\w*|anneal\w*|adjust\w*|decay\w*|onecycle|sgdr)$/) ||
    /learning_?rate|sched|warmup/i.test(lastOf(name));
  const reads = /^(?:get|print|log|show|current|report|plot|record|track|watch|monitor|has|is)$/.test(first);
  if (isAboutRate) {
    const isGetter =
      reads && hasWord(words, /^(?:lrs?|rate|rates)$/) && !hasWord(words, /^(?:sched\w*|warm\w*|anneal\w*)$/);
    return isGetter ? 'reading' : 'rate';
  }
  if (
    hasWord(words, /^(?:train\w*|fit|epochs?|learn|optimi[sz]e|backprop|minibatch|pretrain\w*|finetune\w*)$/)
  ) {
    return /^(?:log|save|print|plot|report)$/.test(first) || first === 'trainer' || words.at(-1) === 'trainer'
      ? 'reading'
      : 'training';
  }
  if (hasWord(words, /^(?:prepare|initiali[sz]e|distributed|setup|wrap\w*)$/)) return 'wrapping';
  if (
    reads ||
    hasWord(
      words,
      /^(?:save\w*|checkpoint\w*|ckpt|log\w*|print\w*|plot\w*|eval\w*|valid\w*|test\w*|summar\w*|clip|unscale|grad\w*|zero|norm|state|count|len|str|repr|type|isinstance|hasattr|id|callable|display|debug|info|scaler|writer|add|scalar|update_model|stopp\w*|averaged|ema|config\w*|watch|monitor|dump|deepcopy)$/,
    )
  )
    return 'reading';
  return 'unknown';
}

/** What one call of something that trains is: an epoch or an update, if its name tells. */
export function unitOf(name: string): 'epoch' | 'step' | undefined {
  const words = wordsOf(name);
  if (hasWord(words, /^epochs?$/)) return 'epoch';
  return hasWord(words, /^(?:batch|step|iter|iteration|update|minibatch)$/) ? 'step' : undefined;
}

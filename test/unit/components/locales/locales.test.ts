import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from '../../../../components/locales/en.js';
import { experimentTerms } from '../../../../components/locales/experiments.js';
import { keyboardTerms } from '../../../../components/locales/keyboard.js';
import type { Terms } from '../../../../components/locales/terms.js';
import { zhCn } from '../../../../components/locales/zh-cn.js';

/** Every term of a language by its path; functions are called with marks as values. */
function flatten(terms: object, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, term] of Object.entries(terms) as [string, unknown][]) {
    const name = path === '' ? key : `${path}.${key}`;
    if (typeof term === 'string') found.set(name, term);
    else if (typeof term === 'function')
      found.set(name, callWithMarks(name, term as (...values: unknown[]) => string));
    else for (const [inner, text] of flatten(term as object, name)) found.set(inner, text);
  }
  return found;
}

/** The text of a term, in which every value is a mark. */
function callWithMarks(name: string, term: (...values: unknown[]) => string): string {
  if (/^problems\.(sentences|issues|values)\./.test(name)) {
    return JSON.stringify(term({ code: 'x', message: '⟨m⟩', path: '⟨p⟩', received: '⟨r⟩', accepted: '⟨1⟩' }));
  }
  if (/^panel\.(invalid|every)/.test(name)) return term(2);
  if (name.startsWith('advice.sentences.')) return term(adviceWords);
  if (name.startsWith('experiments.says.')) return term(findingWords);
  return term(...marksOf(term));
}

/** Every word that a sentence of advice may be given. */
const adviceWords = {
  parameter: '⟨parameter⟩',
  value: '⟨value⟩',
  length: '⟨length⟩',
  at: '⟨at⟩',
  rate: '⟨rate⟩',
  limit: '⟨limit⟩',
  scheduler: '⟨scheduler⟩',
  monitor: '⟨monitor⟩',
};

/** Every word that a sentence about a finding may be given. */
const findingWords = {
  run: '⟨run⟩',
  than: '⟨than⟩',
  steps: '⟨steps⟩',
  diverged: '⟨diverged⟩',
  from: '⟨from⟩',
  loss: '⟨loss⟩',
  thanLoss: '⟨thanLoss⟩',
  step: '⟨step⟩',
  lr: '⟨lr⟩',
  thanLr: '⟨thanLr⟩',
};

function marksOf(term: (...values: unknown[]) => string): string[] {
  return Array.from({ length: term.length }, (_, index) => `⟨${index}⟩`);
}

/** All words: those of every element, of the experiments, and of the list of keys. */
const allTerms = (terms: Terms) => ({
  ...terms,
  experiments: experimentTerms(terms),
  keyboard: keyboardTerms(terms),
});
const english = flatten(allTerms(en));
const chinese = flatten(allTerms(zhCn));

describe('the languages', () => {
  it('have the same terms', () => {
    const keys = (terms: Map<string, string>) =>
      [...terms.keys()].filter((key) => !key.startsWith('problems.values.')).toSorted();
    expect(keys(chinese)).toEqual(keys(english));
  });

  it('have a text everywhere, with every value they receive', () => {
    for (const [key, text] of [...english, ...chinese]) expect(text.trim(), key).not.toBe('');
    for (const terms of [en, zhCn].map(allTerms)) {
      for (const [section, words] of Object.entries(terms) as [string, unknown][]) {
        if (typeof words !== 'object' || words === null || section === 'problems') continue;
        for (const [key, text] of flatten(words, section)) {
          const term = key
            .split('.')
            .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], terms);
          if (
            typeof term !== 'function' ||
            /^(panel\.(invalid|every)|advice\.sentences|experiments\.says)/.test(key)
          )
            continue;
          for (const mark of marksOf(term as () => string)) expect(text, key).toContain(mark);
        }
      }
    }
  });

  it('give the same values in each sentence of advice, and of an experiment', () => {
    for (const [key, text] of english) {
      if (!/^(advice\.sentences|experiments\.says)\./.test(key)) continue;
      const marks = (said: string) => [...said.matchAll(/⟨\w+⟩/g)].map(([mark]) => mark).toSorted();
      expect(marks(chinese.get(key)!), key).toEqual(marks(text));
    }
  });

  it('keep a sentence of advice or of a preset within 15 words', () => {
    const spoken = [...english].filter(([key]) => /^(advice\.sentences|presets\..*\.reason)/.test(key));
    const sentences = spoken.flatMap(([, text]) => text.split(/(?<=\.) /));
    // A length or a moment is two words.
    const words = (sentence: string) => sentence.replaceAll(/⟨(length|at)⟩/g, '1 step').split(' ').length;
    expect(sentences.filter((sentence) => words(sentence) > 15)).toEqual([]);
  });

  it('use Chinese punctuation in Chinese', () => {
    const mixed = [...chinese].filter(([, text]) =>
      /[\u4e00-\u9fff] ?[,:;?!(]|[,:;?!)] ?[\u4e00-\u9fff]/.test(text),
    );
    expect(mixed).toEqual([]);
  });

  it('leave no English sentence in Chinese', () => {
    const untouched = [...chinese].filter(
      ([key, text]) => text === english.get(key) && /[a-z]+ [a-z]+/.test(text),
    );
    expect(untouched).toEqual([]);
  });
});

describe('what is said of every device', () => {
  it.each(Object.entries({ en, zhCn }))('names no GPU, in %s', (_, { report, charts }) => {
    expect([report.used, charts.used].join(' ')).not.toContain('GPU');
  });
});

describe('the refusals of pasted code', () => {
  it.each([
    ['English', en],
    ['Chinese', zhCn],
  ] as const)('say what the interface says in %s: a schedule, and no policy', (_, terms) => {
    const said = [...flatten(terms)].filter(([name]) => /^problems\.(?:issues|details)\./.test(name));
    expect(said.length).toBeGreaterThan(20);
    expect(said.filter(([, text]) => /policy|policies/i.test(text))).toEqual([]);
  });
});

describe('the problems of the engine', () => {
  const root = join(import.meta.dirname, '../../../../src');
  const rooms = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    // Schedulers' errors reach the page as `scheduler-refused`; those of tfjs never do. Advice is no problem, and neither
    // is what an experiment finds.
    (file) =>
      file.endsWith('.ts') &&
      !/^(schedulers|tfjs|policy\/advice|experiment\/(built-in|check|schema))/.test(file),
  );
  const source = rooms
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n')
    .replace(/new SchedulerError\(\{[\s\S]*?\n\s*\}\)/g, '');
  const issues = new Set(Object.keys(en.problems.issues));
  // Only the page's own code sees these.
  const unseen = ['aborted', 'invalid-preview', 'invalid-count', 'other-policy', 'no-run'];

  it('have a sentence in both languages', () => {
    const thrown = [
      ...source.matchAll(
        /(?:code: |code: [^,\n]* : |refusal\(\s*|check\((?='model-))'([a-z]+(?:-[a-z]+)*)'/g,
      ),
    ]
      .map(([, code]) => code)
      .filter((code) => !issues.has(code) && !unseen.includes(code));
    const isSaid = (code: string) => code in en.problems.sentences && code in zhCn.problems.sentences;
    expect([...new Set(thrown)].filter((code) => !isSaid(code))).toEqual([]);
  });

  it('have no sentence for a code that no longer exists', () => {
    const codes = Object.keys({
      ...en.problems.sentences,
      ...zhCn.problems.sentences,
      ...zhCn.problems.values,
    });
    expect(codes.filter((code) => !source.includes(`'${code}'`))).toEqual([]);
  });
});

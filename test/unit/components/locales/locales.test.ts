import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { en } from '../../../../components/locales/en.js';
import { zhCn } from '../../../../components/locales/zh-cn.js';

/** Every term of a language by its path, functions called with marks in place of their values. */
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

/** What a term says; each of its values is a mark that can be found again. */
function callWithMarks(name: string, term: (...values: unknown[]) => string): string {
  if (/^problems\.(sentences|issues|values)\./.test(name)) {
    return JSON.stringify(term({ code: 'x', message: '⟨m⟩', path: '⟨p⟩', received: '⟨r⟩', accepted: '⟨1⟩' }));
  }
  if (/^panel\.(invalid|every)/.test(name)) return term(2);
  return term(...marksOf(term));
}

function marksOf(term: (...values: unknown[]) => string): string[] {
  return Array.from({ length: term.length }, (_, index) => `⟨${index}⟩`);
}

const english = flatten(en);
const chinese = flatten(zhCn);

describe('the languages', () => {
  it('have the same terms', () => {
    const keys = (terms: Map<string, string>) =>
      [...terms.keys()].filter((key) => !key.startsWith('problems.values.')).toSorted();
    expect(keys(chinese)).toEqual(keys(english));
  });

  it('say something everywhere, and every value that they are given', () => {
    for (const [key, text] of [...english, ...chinese]) expect(text.trim(), key).not.toBe('');
    for (const terms of [en, zhCn]) {
      for (const [section, words] of Object.entries(terms) as [string, unknown][]) {
        if (typeof words !== 'object' || words === null || section === 'problems') continue;
        for (const [key, text] of flatten(words, section)) {
          const term = key
            .split('.')
            .reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], terms);
          if (typeof term !== 'function' || /^panel\.(invalid|every)/.test(key)) continue;
          for (const mark of marksOf(term as () => string)) expect(text, key).toContain(mark);
        }
      }
    }
  });

  it('write Chinese with Chinese punctuation', () => {
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

describe('the problems of the engine', () => {
  const root = join(import.meta.dirname, '../../../../src');
  const rooms = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    // Schedulers' errors reach the page as `scheduler-refused`; those of tfjs never do.
    (file) => file.endsWith('.ts') && !/^(schedulers|tfjs)/.test(file),
  );
  const source = rooms
    .map((file) => readFileSync(join(root, file), 'utf8'))
    .join('\n')
    .replace(/new SchedulerError\(\{[\s\S]*?\n\s*\}\)/g, '');
  const issues = new Set(Object.keys(en.problems.issues));
  // Only the page's own code sees these.
  const unseen = ['aborted', 'invalid-preview', 'invalid-count', 'other-policy', 'no-run'];

  it('each have a sentence in both languages', () => {
    const thrown = [
      ...source.matchAll(
        /(?:code: |code: [^,\n]* : |refusedCommand\(\s*|check\((?='model-))'([a-z]+(?:-[a-z]+)*)'/g,
      ),
    ]
      .map(([, code]) => code)
      .filter((code) => !issues.has(code) && !unseen.includes(code));
    const isSaid = (code: string) => code in en.problems.sentences && code in zhCn.problems.sentences;
    expect([...new Set(thrown)].filter((code) => !isSaid(code))).toEqual([]);
  });

  it('are not told of where they no longer exist', () => {
    const codes = Object.keys({
      ...en.problems.sentences,
      ...zhCn.problems.sentences,
      ...zhCn.problems.values,
    });
    expect(codes.filter((code) => !source.includes(`'${code}'`))).toEqual([]);
  });
});

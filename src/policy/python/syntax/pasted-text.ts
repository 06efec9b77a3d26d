/** Plain Python out of what people paste: files, notebooks, interactive sessions, and answers in Markdown. */
import { SyntaxRefusal } from '../../syntax/syntax-refusal.js';
import { PythonRefusal } from '../outcome/python-refusal.js';
import { PromptFound, scan } from './logical-lines.js';
import type { LogicalLine } from './logical-lines.js';

/** What was pasted, as plain Python, and its lines. */
interface PythonSource {
  readonly source: string;
  readonly lines: readonly LogicalLine[];
}

const prompt = /^\s*(?:>>>|\.\.\.)(?: |$)/;

const fence = /^\s*(?:```|~~~)/;

/**
 * Splits code into logical lines. A byte order mark, Markdown around fenced code, the commands of a notebook (`!pip`,
 * `%matplotlib`) and the prompts of an interactive session with their output are taken off; lines keep their numbers.
 *
 * @throws PythonRefusal for what cannot be a token, an open string or an open bracket.
 */
export function readLines(code: string): PythonSource {
  const text = code
    .replace(/^\uFEFF/, '')
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll('\u00A0', ' ');
  const rows = text.split('\n');
  const first = rows.find((row) => row.trim() !== '' && !fence.test(row)) ?? '';
  try {
    if (fence.test(rows.find((row) => row.trim() !== '') ?? '')) return linesOf(withoutMarkdown(rows));
    return linesOf(/^\s*>>>/.test(first) ? withoutPrompts(rows) : text);
  } catch (error) {
    if (error instanceof PromptFound) return linesOf(withoutPrompts(rows));
    if (!(error instanceof PythonRefusal) || !rows.some((row) => fence.test(row))) throw error;
    return linesOf(withoutMarkdown(rows));
  }
}

/** The code between fences; everything else becomes empty lines. */
function withoutMarkdown(rows: readonly string[]): string {
  let isCode = false;
  const code = rows.map((row) => {
    if (!fence.test(row)) return isCode ? row : '';
    isCode = !isCode;
    return '';
  });
  return code.some((row) => /^\s*>>>/.test(row)) ? withoutPrompts(code) : code.join('\n');
}

/** The lines with prompts, without them; lines without one are output. */
function withoutPrompts(rows: readonly string[]): string {
  const stray = rows.findIndex(
    (row) => !prompt.test(row) && /\.step\(|lr_scheduler|\w+LR\(|optim\./.test(row.replace(/#.*/, '')),
  );
  if (stray >= 0) {
    throw new PythonRefusal(
      'python-syntax',
      stray + 1,
      'some lines have a >>> before them and this one has none; remove the prompts',
      { received: '>>>' },
    );
  }
  return rows.map((row) => (prompt.test(row) ? row.replace(prompt, '') : '')).join('\n');
}

function linesOf(source: string): PythonSource {
  try {
    return { source, lines: scan(source) };
  } catch (error) {
    if (!(error instanceof SyntaxRefusal)) throw error;
    const reason = error.message.replace(/cannot be read$/, 'cannot be read as Python');
    throw new PythonRefusal('python-syntax', error.line, reason, { received: error.received });
  }
}

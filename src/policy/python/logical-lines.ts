/**
 * Python's logical lines with their indentation, out of what people paste: files, notebooks, interactive sessions, and
 * answers in Markdown.
 */
import { SyntaxRefusal } from '../syntax/syntax-refusal.js';
import { tokenAt } from '../syntax/tokens.js';
import type { Token } from '../syntax/tokens.js';
import { PythonRefusal } from './python-refusal.js';

/** A statement's line, or several joined by brackets or backslashes. */
export interface LogicalLine {
  readonly line: number;
  /** The width of the indentation, tabs reaching to the next multiple of 8. */
  readonly indent: number;
  readonly tokens: readonly Token[];
}

/** What was pasted, as plain Python, and its lines. */
export interface PythonSource {
  readonly source: string;
  readonly lines: readonly LogicalLine[];
}

/** Thrown at a `>>>` that stands where a statement would begin: the text is an interactive session after all. */
class PromptFound extends Error {}

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

function scan(source: string): LogicalLine[] {
  const lines: LogicalLine[] = [];
  const open: Token[] = [];
  let tokens: Token[] = [];
  let indent = 0;
  let line = 1;
  let at = 0;
  const endLine = (): void => {
    if (tokens.length > 0) lines.push({ line: tokens[0].line, indent, tokens });
    tokens = [];
  };
  const skipRow = (): void => {
    while (at < source.length && source[at] !== '\n') at += source[at] === '\\' ? 2 : 1;
  };

  while (at < source.length) {
    const character = source[at];
    if (character === '\n') {
      if (open.length === 0) endLine();
      line += 1;
      at += 1;
    } else if (character === ' ' || character === '\t' || character === '\f') {
      at += 1;
    } else if (character === '#') {
      while (at < source.length && source[at] !== '\n') at += 1;
    } else if (character === '\\' && source[at + 1] === '\n') {
      line += 1;
      at += 2;
    } else if (tokens.length === 0 && (character === '!' || character === '%' || character === '?')) {
      // A command of the notebook or of the shell below it.
      const before = at;
      skipRow();
      line += source.slice(before, at).split('\n').length - 1;
    } else {
      if (tokens.length === 0) {
        indent = indentAt(source, at);
        if (source.startsWith('>>>', at)) throw new PromptFound();
      }
      const token = tokenAt(source, at, line);
      if (token.type === 'operator' && token.text === '?' && open.length === 0) {
        // `name?` asks the notebook for help.
        tokens = [];
        skipRow();
        continue;
      }
      tokens.push(token);
      if (token.type === 'operator') {
        if ('([{'.includes(token.text)) open.push(token);
        if (')]}'.includes(token.text) && open.pop() === undefined) {
          throw new SyntaxRefusal(line, `there is a ${token.text} without its opening bracket`, token.text);
        }
      }
      line += source.slice(at, token.end).split('\n').length - 1;
      at = token.end;
    }
  }
  const unclosed = open.at(-1);
  if (unclosed)
    throw new SyntaxRefusal(unclosed.line, `this ${unclosed.text} is never closed`, unclosed.text);
  endLine();
  return lines;
}

function indentAt(source: string, at: number): number {
  const start = source.lastIndexOf('\n', at - 1) + 1;
  let width = 0;
  for (const character of source.slice(start, at))
    width = character === '\t' ? (Math.floor(width / 8) + 1) * 8 : width + 1;
  return width;
}

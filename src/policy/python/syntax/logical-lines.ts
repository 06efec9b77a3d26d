/** Python's logical lines with their indentation. */
import { SyntaxRefusal } from '../../syntax/syntax-refusal.js';
import { tokenAt } from '../../syntax/tokens.js';
import type { Token } from '../../syntax/tokens.js';

/** A statement's line, or several joined by brackets or backslashes. */
export interface LogicalLine {
  readonly line: number;
  /** The width of the indentation, tabs reaching to the next multiple of 8. */
  readonly indent: number;
  readonly tokens: readonly Token[];
}

/** Thrown at a `>>>` that stands where a statement would begin: the text is an interactive session after all. */
export class PromptFound extends Error {}

/** The logical lines of plain Python. @throws SyntaxRefusal, PromptFound */
export function scan(source: string): LogicalLine[] {
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

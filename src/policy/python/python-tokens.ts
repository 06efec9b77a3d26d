/** Python's lexical rules, as far as training scripts use them: logical lines with their indentation, split into tokens. */
import { PythonRefusal } from './python-refusal.js';

/** One token; the text of a string is its contents. */
export interface Token {
  readonly type: 'name' | 'number' | 'string' | 'operator';
  readonly text: string;
  readonly line: number;
}

/** A statement's line, or several joined by brackets or backslashes. */
export interface LogicalLine {
  readonly line: number;
  /** The width of the indentation, tabs reaching to the next multiple of 8. */
  readonly indent: number;
  readonly tokens: readonly Token[];
}

const number = /(?:0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?[jJ]?)/y;
const name = /[\p{L}_][\p{L}\p{N}_]*/uy;
const stringStart = /(?:[rRbBuUfF]{1,2})?("""|'''|"|')/y;
const operator =
  /\*\*=|\/\/=|>>=|<<=|->|:=|\*\*|\/\/|<<|>>|[<>=!+\-*/%&|^@]=|\.\.\.|[-+*/%@&|^~<>()[\]{},:.;=]/y;

const escapes: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '\n': '',
};

/**
 * Splits code into logical lines. Prompts of an interactive session (`>>>`, `...`) are taken off, and where there are
 * any, lines without one are output and left out.
 *
 * @throws PythonRefusal for what cannot be a token, an open string or an open bracket.
 */
export function tokenize(code: string): LogicalLine[] {
  const source = withoutPrompts(code.replaceAll(/\r\n?/g, '\n'));
  const lines: LogicalLine[] = [];
  const open: Token[] = [];
  let tokens: Token[] = [];
  let indent = 0;
  let line = 1;
  let at = 0;

  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  const push = (type: Token['type'], text: string): Token => {
    const token = { type, text, line };
    tokens.push(token);
    return token;
  };
  const endLine = (): void => {
    if (tokens.length > 0) lines.push({ line: tokens[0].line, indent, tokens });
    tokens = [];
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
    } else {
      if (tokens.length === 0) indent = indentAt(source, at);
      const quoted = match(stringStart);
      const word = match(name);
      const digits = match(number);
      const sign = match(operator);
      if (quoted) {
        const { text, end, breaks } = readString(source, at, quoted, line);
        push('string', text);
        line += breaks;
        at = end;
      } else if (word) {
        push('name', word[0]);
        at += word[0].length;
      } else if (digits) {
        push('number', digits[0]);
        at += digits[0].length;
      } else if (sign) {
        const token = push('operator', sign[0]);
        if ('([{'.includes(sign[0])) open.push(token);
        if (')]}'.includes(sign[0]) && open.pop() === undefined) {
          throw new PythonRefusal(
            'python-syntax',
            line,
            `there is a ${sign[0]} without its opening bracket`,
            {
              received: sign[0],
            },
          );
        }
        at += sign[0].length;
      } else {
        throw new PythonRefusal(
          'python-syntax',
          line,
          `${JSON.stringify(character)} cannot be read as Python`,
          {
            received: character,
          },
        );
      }
    }
  }
  const unclosed = open.at(-1);
  if (unclosed)
    throw new PythonRefusal('python-syntax', unclosed.line, `this ${unclosed.text} is never closed`, {
      received: unclosed.text,
    });
  endLine();
  return lines;
}

function withoutPrompts(code: string): string {
  const lines = code.split('\n');
  const prompt = /^\s*(?:>>>|\.\.\.)(?: |$)/;
  if (!lines.some((line) => /^\s*>>>/.test(line))) return code;
  return lines.map((line) => (prompt.test(line) ? line.replace(prompt, '') : '')).join('\n');
}

function indentAt(source: string, at: number): number {
  const start = source.lastIndexOf('\n', at - 1) + 1;
  let width = 0;
  for (const character of source.slice(start, at))
    width = character === '\t' ? (Math.floor(width / 8) + 1) * 8 : width + 1;
  return width;
}

function readString(
  source: string,
  start: number,
  opening: RegExpExecArray,
  line: number,
): { text: string; end: number; breaks: number } {
  const quote = opening[1];
  const isRaw = /^[^'"]*[rR]/.test(opening[0]);
  let text = '';
  let breaks = 0;
  for (let at = start + opening[0].length; at < source.length; at += 1) {
    if (source.startsWith(quote, at)) return { text, end: at + quote.length, breaks };
    const character = source[at];
    if (character === '\n') {
      if (quote.length === 1) break;
      breaks += 1;
    }
    if (character === '\\' && at + 1 < source.length) {
      const next = source[at + 1];
      text += isRaw ? character + next : (escapes[next] ?? character + next);
      if (next === '\n') breaks += 1;
      at += 1;
    } else {
      text += character;
    }
  }
  throw new PythonRefusal('python-syntax', line, 'this string is never closed', { received: quote });
}

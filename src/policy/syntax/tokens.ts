/** The words that formulas and Python code are made of: names, numbers, strings and operators. */
import { SyntaxRefusal } from './syntax-refusal.js';

/** One token; the text of a string is its contents. */
export interface Token {
  readonly type: 'name' | 'number' | 'string' | 'operator';
  readonly text: string;
  readonly line: number;
  /** Where it begins and ends in the source. */
  readonly start: number;
  readonly end: number;
  /** A string that holds expressions: f"…". */
  readonly isFormat?: boolean;
}

const number = /(?:0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?[jJ]?)/y;
const name = /[\p{L}_][\p{L}\p{N}_]*/uy;
const stringStart = /(?:[rRbBuUfF]{1,2})?("""|'''|"|')/y;
const operator =
  /\*\*=|\/\/=|>>=|<<=|->|:=|\*\*|\/\/|<<|>>|[<>=!+\-*/%&|^@]=|\.\.\.|[-+*/%@&|^~<>()[\]{},:.;=?]/y;

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
 * Reads the token that begins at an offset.
 *
 * @throws SyntaxRefusal for a string that is never closed, and for what no token begins with.
 */
export function tokenAt(source: string, start: number, line: number): Token {
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = start;
    return pattern.exec(source);
  };
  const quoted = match(stringStart);
  if (quoted) return stringToken(source, start, quoted, line);
  for (const [type, pattern] of [
    ['name', name],
    ['number', number],
    ['operator', operator],
  ] as const) {
    const found = match(pattern);
    if (found) return { type, text: found[0], line, start, end: start + found[0].length };
  }
  const character = String.fromCodePoint(source.codePointAt(start) ?? 0);
  throw new SyntaxRefusal(line, `${JSON.stringify(character)} cannot be read`, character);
}

/** The tokens of a text that is one line: a formula. */
export function tokensOf(source: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < source.length;) {
    if (/\s/.test(source[at])) {
      at += 1;
      continue;
    }
    const token = tokenAt(source, at, 1);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function stringToken(source: string, start: number, opening: RegExpExecArray, line: number): Token {
  const quote = opening[1];
  const prefix = opening[0].slice(0, -quote.length).toLowerCase();
  const parts: string[] = [];
  for (let at = start + opening[0].length; at < source.length; at += 1) {
    if (source.startsWith(quote, at)) {
      const isFormat = prefix.includes('f');
      const token = { type: 'string', text: parts.join(''), line, start, end: at + quote.length } as const;
      return isFormat ? { ...token, isFormat } : token;
    }
    const character = source[at];
    if (character === '\n' && quote.length === 1) break;
    if (character === '\\' && at + 1 < source.length) {
      const next = source[at + 1];
      parts.push(prefix.includes('r') ? character + next : (escapes[next] ?? character + next));
      at += 1;
    } else {
      parts.push(character);
    }
  }
  throw new SyntaxRefusal(line, 'this string is never closed', quote);
}

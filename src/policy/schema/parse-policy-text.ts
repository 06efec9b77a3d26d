import { parsePolicy } from './parse-policy.js';
import type { PolicyResult } from './parse-policy.js';
import { notText, shorten } from './policy-issue.js';

/** What is accepted, such as `[{ "scheduler": { "type": "StepLR", "stepSize": 30 } }]`. */
const jsonNotation = '[{ "scheduler": { "type": … } }, …]';

/** `parsePolicy` for text: text that is not JSON becomes an issue `syntax` with line and column; never throws. */
export function parsePolicyText(json: string): PolicyResult {
  const given: unknown = json;
  if (typeof given !== 'string') return { success: false, issues: [notText('The policy', given)] };
  // Some editors begin a file with a mark that is not JSON.
  const text = given.replace(/^\uFEFF/, '');
  try {
    return parsePolicy(JSON.parse(text) as unknown);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const offset = firstErrorOf(text);
    const before = text.slice(0, offset).split('\n');
    const line = before.length;
    const column = before.at(-1)!.length + 1;
    const rest = text.slice(offset).split('\n', 1)[0];
    const received = rest === '' ? (offset < text.length ? '\\n' : '') : shorten(rest);
    const place = `line ${line}, column ${column}`;
    const found = received === '' ? 'the text ends too early' : `unexpected ${received}`;
    return {
      success: false,
      issues: [
        {
          path: [],
          code: 'syntax',
          received,
          accepted: `JSON: ${jsonNotation}`,
          message: `The policy is not JSON at ${place}: ${found}; accepted: ${jsonNotation}.`,
          line,
          column,
        },
      ],
    };
  }
}

const space = /[ \t\r\n]*/y;
const scalar =
  /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy;

/** The offset at which a text stops being JSON; engines report it in different ways or not at all. */
function firstErrorOf(text: string): number {
  let at = 0;
  const accept = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (!match) return false;
    at += match[0].length;
    return true;
  };
  const expect = (character: string): boolean => {
    accept(space);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  };
  const key = (): boolean => {
    accept(space);
    return text[at] === '"' && accept(scalar) && expect(':');
  };

  // A list of open brackets instead of recursion: a text may nest deeper than the call stack.
  const open: ('[' | '{')[] = [];
  let wantsValue = true;
  for (;;) {
    if (wantsValue) {
      if (expect('[')) {
        open.push('[');
        if (!expect(']')) continue;
        open.pop();
      } else if (expect('{')) {
        open.push('{');
        if (!expect('}')) {
          if (key()) continue;
          return at;
        }
        open.pop();
      } else if (!accept(scalar)) return at;
    }
    wantsValue = false;
    const inside = open.at(-1);
    if (inside === undefined) {
      accept(space);
      return at;
    }
    if (expect(',')) {
      if (inside === '{' && !key()) return at;
      wantsValue = true;
    } else if (expect(inside === '[' ? ']' : '}')) open.pop();
    else return at;
  }
}

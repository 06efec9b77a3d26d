/** Reads the tokens of a line as an expression. */
import type { Expression } from '../../syntax/expression.js';
import { PythonExpressionParser } from './python-expressions.js';
import { SyntaxRefusal } from '../../syntax/syntax-refusal.js';
import type { Token } from '../../syntax/tokens.js';
import { PythonRefusal } from '../outcome/python-refusal.js';

/** Reads all of the tokens as one expression. @throws PythonRefusal */
export function parseTokens(
  tokens: readonly Token[],
  line: number,
  read: (parser: PythonExpressionParser) => Expression,
): Expression {
  try {
    const parser = new PythonExpressionParser(tokens, line);
    const expression = read(parser);
    parser.expectEnd();
    return expression;
  } catch (error) {
    throw syntaxError(error);
  }
}

/** A refusal of the syntax as one of the program; any other error as it is. */
export function syntaxError(error: unknown): unknown {
  if (!(error instanceof SyntaxRefusal)) return error;
  return new PythonRefusal('python-syntax', error.line, error.message, { received: error.received });
}

/** The word that a line begins with; empty if it begins with something else. */
export function wordOf(tokens: readonly Token[]): string {
  return tokens[0].type === 'name' ? tokens[0].text : '';
}

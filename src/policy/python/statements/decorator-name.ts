/** Decorators. */
import type { Expression } from '../../syntax/expression.js';

/** The name of a decorator. */
export function decoratorName(decorator: Expression): string {
  if (decorator.type === 'call') return decoratorName(decorator.callee);
  if (decorator.type === 'attribute') return decorator.name;
  return decorator.type === 'name' ? decorator.name : '';
}

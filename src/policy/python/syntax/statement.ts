/** Python's statements as a tree. */
import type { Argument, BinaryOperator, Expression, Parameter } from '../../syntax/expression.js';
import type { Token } from '../../syntax/tokens.js';

/** A name that an import gives: `import a.b as c` binds `c` to the path `a.b`. */
export interface ImportedName {
  readonly name: string;
  readonly path: string;
}

type Shape =
  | { readonly type: 'expression'; readonly value: Expression }
  | { readonly type: 'assign'; readonly targets: readonly Expression[]; readonly value: Expression }
  | {
      readonly type: 'augmented';
      readonly target: Expression;
      readonly operator: BinaryOperator;
      readonly value: Expression;
    }
  | { readonly type: 'import'; readonly names: readonly ImportedName[]; readonly star: string | undefined }
  | {
      readonly type: 'if';
      readonly test: Expression;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly type: 'for';
      readonly target: Expression;
      readonly iterable: Expression;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly type: 'while';
      readonly test: Expression;
      readonly body: readonly Statement[];
      readonly otherwise: readonly Statement[];
    }
  | {
      readonly type: 'with';
      readonly items: readonly { readonly value: Expression; readonly target: Expression | undefined }[];
      readonly body: readonly Statement[];
    }
  | FunctionDefinition
  | {
      readonly type: 'class';
      readonly name: string;
      readonly bases: readonly Argument[];
      readonly decorators: readonly Expression[];
      readonly body: readonly Statement[];
    }
  | { readonly type: 'return'; readonly value: Expression | undefined }
  | { readonly type: 'break' | 'continue' | 'pass' }
  | { readonly type: 'raise'; readonly value: Expression | undefined }
  | { readonly type: 'assert'; readonly test: Expression }
  | { readonly type: 'delete'; readonly targets: readonly Expression[] }
  | { readonly type: 'global' | 'nonlocal'; readonly names: readonly string[] }
  | {
      readonly type: 'try';
      readonly body: readonly Statement[];
      readonly handlers: readonly (readonly Statement[])[];
      readonly otherwise: readonly Statement[];
      readonly last: readonly Statement[];
    }
  | {
      readonly type: 'match';
      readonly subject: Expression;
      readonly cases: readonly {
        /** Undefined for a pattern that is more than values. */
        readonly pattern: readonly Expression[] | undefined;
        readonly isWildcard: boolean;
        readonly body: readonly Statement[];
      }[];
    }
  /** What no statement of Python looks like; it matters only if it is about schedulers. */
  | { readonly type: 'unreadable'; readonly tokens: readonly Token[]; readonly reason: string };

/** A `def`, apart from the line that it stands in. */
interface FunctionDefinition {
  readonly type: 'function';
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly decorators: readonly Expression[];
  readonly body: readonly Statement[];
  readonly isGenerator: boolean;
}

/** The body of a function or a lambda. */
export type Body = readonly Statement[] | Expression;

/** A statement and the line where it begins. */
export type Statement = Shape & { readonly line: number };

/** One kind of statement. */
export type StatementOf<Type extends Statement['type']> = Statement & { readonly type: Type };

/** A statement without its line. */
export type StatementShape = Shape;

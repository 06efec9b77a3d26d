import { InputError } from '../errors.js';
import type { Policy } from '../policy/index.js';
import { parsePolicy } from '../policy/index.js';

/**
 * Reads a policy in any form that `parsePolicy` accepts.
 *
 * @throws InputError `policy` with all its issues
 */
export function requirePolicy(input: unknown): Policy {
  const result = parsePolicy(input);
  if (result.success) return result.policy;
  const { issues } = result;
  const message = `the policy is not valid: ${issues.map((issue) => issue.message).join('; ')}`;
  throw new InputError({ code: 'policy', message, path: 'policy', issues });
}

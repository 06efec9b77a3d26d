/** Ways of stepping that no policy has. */
import type { PythonDetail } from '../../schema/policy-issue.js';
import { PythonRefusal } from '../outcome/python-refusal.js';

/** The refusal of a way of stepping that no policy has. */
export function steppingRefusal(
  line: number,
  reason: string,
  accepted = '',
  detail?: PythonDetail,
): PythonRefusal {
  return new PythonRefusal('python-stepping', line, reason, { accepted, ...(detail && { detail }) });
}

/** How a reading ends at something that cannot be taken over. */
import type { PolicyIssueCode, PythonDetail } from '../../schema/policy-issue.js';

/** What a refusal names besides its reason. */
interface RefusalDetails {
  readonly received?: string;
  readonly accepted?: string;
  readonly detail?: PythonDetail;
  readonly suggestion?: string | undefined;
}

/** Thrown while Python code is read, at the first thing that cannot be taken over; `fromPyTorch` turns it into an issue. */
export class PythonRefusal extends Error {
  readonly code: PolicyIssueCode;
  /** The line of the code, counted from 1. */
  readonly line: number;
  readonly received: string;
  readonly accepted: string;
  readonly detail: PythonDetail | undefined;
  /** The word that was probably meant. */
  readonly suggestion: string | undefined;

  /** The reason is English, without a capital and a full stop. */
  constructor(
    code: PolicyIssueCode,
    line: number,
    reason: string,
    { received = '', accepted = '', detail, suggestion }: RefusalDetails = {},
  ) {
    super(reason);
    this.code = code;
    this.line = line;
    this.received = received;
    this.accepted = accepted;
    this.detail = detail;
    this.suggestion = suggestion;
  }
}

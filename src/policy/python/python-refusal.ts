import type { PolicyIssueCode } from '../schema/policy-issue.js';

/** Thrown while Python code is read, at the first thing that cannot be taken over; `fromPyTorch` turns it into an issue. */
export class PythonRefusal extends Error {
  readonly code: PolicyIssueCode;
  /** The line of the code, counted from 1. */
  readonly line: number;
  readonly received: string;
  readonly accepted: string;

  /** The reason is English, without a capital and a full stop. */
  constructor(
    code: PolicyIssueCode,
    line: number,
    reason: string,
    { received = '', accepted = '' }: { received?: string; accepted?: string } = {},
  ) {
    super(reason);
    this.code = code;
    this.line = line;
    this.received = received;
    this.accepted = accepted;
  }
}

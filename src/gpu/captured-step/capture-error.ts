/** A step that cannot be captured, or a capture that can no longer be replayed: an expected failure, with its reason. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
  /** Why, as an English clause about the step, such as `it reads the values of a tensor of shape [4, 10]`. */
  readonly reason: string;
  /** Whether the device found the commands invalid: then the step does not work without a capture either. */
  readonly isInvalid: boolean;

  constructor(what: string, reason: string, isInvalid = false) {
    super(`${what}: ${reason}.`);
    this.reason = reason;
    this.isInvalid = isInvalid;
  }
}

/**
 * A GPU device can be lost at any moment: the driver is reset, the browser's GPU process dies. What was asked of it then
 * may never be answered, or be answered with an error that says little. Here all that waits fails with the same reason.
 */
import { Ending } from '../async.js';
import { InputError } from '../errors.js';
import type { Engine } from './engine.js';

/** Milliseconds that an announcement of a loss may take to arrive, after something failed because of it. */
const announcementMs = 500;

/** Watches the device that tf.js uses. */
export class DeviceWatch {
  private readonly deviceLost: Engine['deviceLost'];
  private readonly handleLoss: (reason: InputError) => void;
  private readonly loss = new Ending();
  private isWatching = false;
  /** How many losses have been reported: each is reported once, however it is noticed. */
  private losses = 0;

  /**
   * @param deviceLost settles when the device is lost that is in use at the time of the call
   * @param handleLoss called for each loss, after all that waits for the device has failed
   */
  constructor(deviceLost: Engine['deviceLost'], handleLoss: (reason: InputError) => void) {
    this.deviceLost = deviceLost;
    this.handleLoss = handleLoss;
  }

  /** Begins to watch; to be called whenever a backend has been chosen. A backend without a device is never lost. */
  begin(): void {
    const lost = this.isWatching ? undefined : this.deviceLost();
    if (!lost) return;
    this.isWatching = true;
    const { losses } = this;
    void lost.then((words) => this.report(words, losses));
  }

  /**
   * Waits for work on the device.
   *
   * @throws InputError `device-lost` as soon as the device is lost, and the work is ignored from then on
   */
  guard<Value>(work: Promise<Value>): Promise<Value> {
    const { losses } = this;
    // What fails because of a loss may fail before the loss is announced.
    const announced = work.catch(async (error: unknown) => {
      const mayBeLoss = this.isWatching && losses === this.losses && !(error instanceof InputError);
      if (mayBeLoss) await after(announcementMs);
      if (isBrokenOff(error)) this.report(error.message, losses);
      throw error;
    });
    return this.loss.guard(announced);
  }

  /** Fails all that waits, unless the loss that came after so many others has been reported. */
  private report(words: string, losses: number): void {
    if (losses !== this.losses) return;
    this.losses += 1;
    this.isWatching = false;
    const reason = new InputError({
      code: 'device-lost',
      message: `the GPU was lost (${words || 'the browser does not say why'}).`,
      received: words,
    });
    this.loss.interrupt(reason);
    this.handleLoss(reason);
  }
}

/**
 * Whether a read was ended by the browser. All of our own requests to stop are InputErrors, so this is a loss, even where
 * the browser announces it much later or never.
 */
const isBrokenOff = (error: unknown): error is DOMException =>
  error instanceof DOMException && error.name === 'AbortError';

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

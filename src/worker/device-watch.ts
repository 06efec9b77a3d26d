/**
 * A GPU device can be lost at any moment: the driver is reset, the browser's GPU process dies. What was asked of it then
 * may never be answered, or be answered with an error that says little. Here everyone who waits is told the same.
 */
import { InputError } from '../errors.js';
import { deviceLost } from '../gpu/index.js';

/** Milliseconds in which a loss is told, after something failed because of it. */
const tellingTime = 500;

/** Watches the device that tf.js uses. */
export class DeviceWatch {
  private readonly handleLoss: (reason: InputError) => void;
  private readonly waiting = new Set<(reason: InputError) => void>();
  private isWatching = false;

  /** @param handleLoss called once a loss, after those who wait have been told */
  constructor(handleLoss: (reason: InputError) => void) {
    this.handleLoss = handleLoss;
  }

  /** Begins to watch; to be called whenever a backend has been chosen. A backend without a device is never lost. */
  begin(): void {
    const lost = this.isWatching ? undefined : deviceLost();
    if (!lost) return;
    this.isWatching = true;
    void lost.then((words) => {
      this.isWatching = false;
      const reason = new InputError({
        code: 'device-lost',
        message: `the GPU was lost (${words || 'the browser does not say why'}).`,
        received: words,
      });
      for (const reject of this.waiting) reject(reason);
      this.handleLoss(reason);
    });
  }

  /**
   * Waits for work on the device.
   *
   * @throws InputError `device-lost` as soon as the device is lost, whatever becomes of the work
   */
  async guard<Value>(work: Promise<Value>): Promise<Value> {
    let reject: (reason: InputError) => void = () => undefined;
    const loss = new Promise<never>((_, fail) => (reject = fail));
    this.waiting.add(reject);
    try {
      return await Promise.race([work, loss]);
    } catch (error) {
      // What fails because of a loss may fail before the loss is told.
      if (!(error instanceof InputError) && this.isWatching) await Promise.race([loss, after(tellingTime)]);
      throw error;
    } finally {
      this.waiting.delete(reject);
    }
  }
}

function after(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

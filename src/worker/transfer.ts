/** What crosses the worker's boundary by being handed over, not copied. */
import * as comlink from 'comlink';

/**
 * Marks a message so that the arrays within these parts of it are handed over when it is posted. They must belong to
 * the message alone: this side loses them.
 */
export function handingOver<Message extends object>(message: Message, ...parts: readonly unknown[]): Message {
  const buffers = new Set<ArrayBuffer>();
  for (const part of parts) collectBuffers(part, buffers);
  return comlink.transfer(message, [...buffers]);
}

function collectBuffers(value: unknown, buffers: Set<ArrayBuffer>): void {
  if (typeof value !== 'object' || value === null) return;
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer) buffers.add(value.buffer);
    return;
  }
  for (const part of Object.values(value)) collectBuffers(part, buffers);
}

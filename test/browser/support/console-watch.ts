/** Playwright's `test`, with a watch over the console: every test of the browser is built on it. */
import { test as base, expect, type BrowserContext } from '@playwright/test';

/** Collects what the pages of a context write to their consoles, and their uncaught errors. */
export function watchConsole(context: BrowserContext): string[] {
  const messages: string[] = [];
  context.on('console', (message) => messages.push(`${message.type()}: ${message.text()}`));
  context.on('weberror', (error) => messages.push(`uncaught: ${error.error().message}`));
  return messages;
}

/** Fails where something was written that is not allowed. */
export function expectSilence(messages: string[], allowed: RegExp[]): void {
  const unexpected = messages.filter((text) => !allowed.some((words) => words.test(text)));
  expect(unexpected, 'the console').toEqual([]);
}

/** Anything that a page of the test writes to the console fails the test, except what `allowedMessages` names. */
export const test = base.extend<{ allowedMessages: RegExp[] }>({
  allowedMessages: [[], { option: true }],
  context: async ({ context, allowedMessages }, use) => {
    const messages = watchConsole(context);
    await use(context);
    expectSilence(messages, allowedMessages);
  },
});

export { expect };

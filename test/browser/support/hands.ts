/** The ways in which people work a page: with a pointer, with the keyboard alone, by touch. */
import type { Locator, Page } from '@playwright/test';

import { expect } from './lab-page.js';

/** What a person does, by any means. */
export interface Hand {
  /** Presses a button, or follows a link. */
  press(target: Locator): Promise<void>;
  /** Picks one of several: a radio button or a tab. */
  pick(target: Locator): Promise<void>;
  /** Chooses an option of a list by its words. */
  choose(target: Locator, option: string): Promise<void>;
  /** Writes over what a field holds. */
  write(target: Locator, text: string): Promise<void>;
  /** Moves a slider to the left, and leaves it there. */
  moveBack(target: Locator): Promise<void>;
}

/** How far a handle is dragged, in CSS pixels. */
const distance = 40;

async function middleOf(target: Locator): Promise<{ x: number; y: number }> {
  await target.scrollIntoViewIfNeeded();
  const box = (await target.boundingBox())!;
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

/** A mouse. */
export class PointerHand implements Hand {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async press(target: Locator): Promise<void> {
    await target.click();
  }

  async pick(target: Locator): Promise<void> {
    await target.click();
  }

  async choose(target: Locator, option: string): Promise<void> {
    await target.selectOption({ label: option });
  }

  async write(target: Locator, text: string): Promise<void> {
    await target.fill(text);
  }

  async moveBack(target: Locator): Promise<void> {
    const { x, y } = await middleOf(target);
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(x - distance, y, { steps: 5 });
    await this.page.mouse.up();
  }
}

/** The keyboard and nothing else, forwards or backwards: what the Tab key does not reach is not there. */
export class KeyboardHand implements Hand {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async press(target: Locator): Promise<void> {
    await this.tabTo(target);
    await this.page.keyboard.press('Enter');
  }

  async pick(target: Locator): Promise<void> {
    // One of a group is reached by Tab, the others from there by the arrows.
    await this.tabTo(target, true);
    for (let presses = 0; presses < 20 && !(await isPicked(target)); presses += 1)
      await this.page.keyboard.press('ArrowRight');
    expect(await isPicked(target)).toBe(true);
  }

  async choose(target: Locator, option: string): Promise<void> {
    await this.tabTo(target);
    await this.page.keyboard.press('Home');
    const chosen = () =>
      target.evaluate((list: HTMLSelectElement) => list.selectedOptions.item(0)?.label.trim());
    const all = await target.getByRole('option').count();
    for (let presses = 0; presses < all && (await chosen()) !== option; presses += 1)
      await this.page.keyboard.press('ArrowDown');
    expect(await chosen()).toBe(option);
  }

  async write(target: Locator, text: string): Promise<void> {
    await this.tabTo(target);
    await this.page.keyboard.press('Control+a');
    await this.page.keyboard.type(text);
  }

  async moveBack(target: Locator): Promise<void> {
    await this.tabTo(target);
    await this.page.keyboard.press('PageDown');
    await this.page.keyboard.press('Enter');
  }

  /** Presses Tab until the element has the focus, and looks whether one can see that it has. */
  private async tabTo(target: Locator, orItsGroup = false): Promise<void> {
    await expect(target).toBeEnabled();
    const key = (await target.evaluate(isBeforeTheFocus)) ? 'Shift+Tab' : 'Tab';
    for (let presses = 0; presses < 250; presses += 1) {
      const isThere = await target.evaluate((element, orItsGroup) => {
        const { activeElement } = element.getRootNode() as Document | ShadowRoot;
        if (activeElement === element) return true;
        const role = (each: Element | null) => each?.getAttribute('role') ?? each?.getAttribute('type');
        const isOfGroup =
          role(element) === role(activeElement) && ['radio', 'tab'].includes(role(element) ?? '');
        const name = (each: Element | null) => each?.getAttribute('name');
        return orItsGroup && isOfGroup && name(element) === name(activeElement);
      }, orItsGroup);
      if (isThere) {
        const focused = this.page.locator(':focus-visible').last();
        await expect(focused, 'what has the focus, so that one sees it').toBeInViewport();
        return;
      }
      await this.page.keyboard.press(key);
    }
    throw new Error(`the Tab key does not come to ${String(target)}`);
  }
}

const isPicked = (target: Locator): Promise<boolean> =>
  target.evaluate(
    (element) => (element as HTMLInputElement).checked || element.getAttribute('aria-selected') === 'true',
  );

/** Whether an element comes before what has the focus; shadow roots stand where their hosts do. */
function isBeforeTheFocus(element: Element): boolean {
  const pathTo = (end: Node): Node[] => {
    const path: Node[] = [];
    for (
      let node: Node | null = end;
      node;
      node = node.parentNode ?? (node as Partial<ShadowRoot>).host ?? null
    )
      path.unshift(node);
    return path;
  };
  let focus = document.activeElement ?? document.body;
  while (focus.shadowRoot?.activeElement) focus = focus.shadowRoot.activeElement;
  const [here, there] = [pathTo(focus), pathTo(element)];
  const fork = here.findIndex((node, depth) => node !== there[depth]);
  const [from, to] = [here[fork], there[fork]] as (Node | undefined)[];
  return (
    fork > 0 &&
    from !== undefined &&
    to !== undefined &&
    (from.compareDocumentPosition(to) & Node.DOCUMENT_POSITION_PRECEDING) > 0
  );
}

/** Fingers. */
export class TouchHand implements Hand {
  private readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async press(target: Locator): Promise<void> {
    await target.tap();
  }

  async pick(target: Locator): Promise<void> {
    await target.tap();
  }

  async choose(target: Locator, option: string): Promise<void> {
    await target.selectOption({ label: option });
  }

  async write(target: Locator, text: string): Promise<void> {
    await target.tap();
    await target.fill(text);
  }

  async moveBack(target: Locator): Promise<void> {
    const { x, y } = await middleOf(target);
    const session = await this.page.context().newCDPSession(this.page);
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', touchPoints: { x: number; y: number }[]) =>
      session.send('Input.dispatchTouchEvent', { type, touchPoints });
    await touch('touchStart', [{ x, y }]);
    for (let step = 1; step <= 5; step += 1) await touch('touchMove', [{ x: x - (distance * step) / 5, y }]);
    await touch('touchEnd', []);
    await session.detach();
  }
}

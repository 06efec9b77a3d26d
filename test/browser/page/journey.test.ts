/**
 * One visit from beginning to end, as a reader who has just read about learning rates makes it: with the pointer,
 * with the keyboard alone, and by touch on a phone. `npm test` makes it with the pointer; `npm run test:soak` makes all
 * of them, in both languages.
 */
import type { Page } from '@playwright/test';

import type { LrLab } from '../../../components/index.js';
import { en } from '../../../components/locales/en.js';
import type { Terms } from '../../../components/locales/terms.js';
import { zhCn } from '../../../components/locales/zh-cn.js';
import { type Hand, KeyboardHand, PointerHand, TouchHand } from '../support/hands.js';
import { rowsKept } from '../support/kept-session.js';
import { expect, LabPage, test } from '../support/lab-page.js';
import { isSoak } from '../support/seeded-pick.js';

const hands = {
  pointer: { Hand: PointerHand, use: { viewport: { width: 1440, height: 900 } } },
  keyboard: { Hand: KeyboardHand, use: { viewport: { width: 1280, height: 800 } } },
  touch: { Hand: TouchHand, use: { viewport: { width: 390, height: 844 }, hasTouch: true } },
} as const;

const journeys = [
  { hand: 'pointer', locale: 'en', inSoak: false },
  { hand: 'keyboard', locale: 'zh-CN', inSoak: true },
  { hand: 'touch', locale: 'zh-CN', inSoak: true },
  { hand: 'pointer', locale: 'zh-CN', inSoak: true },
  { hand: 'keyboard', locale: 'en', inSoak: true },
  { hand: 'touch', locale: 'en', inSoak: true },
] as const;

const wordsOf = { en, 'zh-CN': zhCn };

/** The visit, a step of which is a sentence. */
class Visit {
  readonly lab: LabPage;
  private readonly hand: Hand;
  private terms: Terms;

  constructor(lab: LabPage, hand: Hand, terms: Terms) {
    this.lab = lab;
    this.hand = hand;
    this.terms = terms;
  }

  private get page(): Page {
    return this.lab.page;
  }

  private button(name: string) {
    return this.lab.button(name);
  }

  private list(name: string) {
    return this.page.getByRole('combobox', { name, exact: true });
  }

  private field(name: string) {
    return this.page.getByRole('textbox', { name, exact: true });
  }

  /** The runs as they stand. */
  runs() {
    return this.lab.element.evaluate(({ lab }: LrLab) =>
      lab!.runs.value.map((run) => ({
        name: run.name.value,
        state: run.state.value,
        policy: run.config.policy,
        did: run.interventions.value.map((each) => ({
          kind: each.kind,
          step: each.step,
          policy: 'policy' in each ? each.policy : [],
        })),
        loss: Array.from(run.history.loss),
        lr: Array.from(run.history.lr.at(0) ?? []),
      })),
    );
  }

  /** A run long enough, and slow enough, for everything that is to come. */
  async setUp(): Promise<void> {
    const { setup, lab } = this.terms;
    if ((this.page.viewportSize()?.width ?? 1440) < 920) await this.openTools();
    await this.hand.press(this.page.getByRole('button', { name: lab.setUp('') }));
    await this.hand.write(this.field(setup.stepsPerEpoch), '10');
    await this.hand.write(this.field(setup.epochs), '200');
    await this.hand.press(this.page.getByRole('dialog').getByRole('button', { name: setup.apply }));
    await expect(this.page.getByRole('dialog')).toBeHidden();
    await this.lab.element.evaluate(({ lab }: LrLab) => lab!.limitSpeed(10));
  }

  async start(): Promise<void> {
    const { lab, panel, presets } = this.terms;
    // A phone has no room for hints; there the panel says it.
    const isWide = this.page.viewportSize()!.width >= 920;
    const start = isWide ? lab.next.start : panel.startsWith(presets['step-decay'].name);
    await expect(this.page.getByText(start)).toBeVisible();
    await this.hand.press(this.button(this.terms.controls.start));
    await this.lab.untilStep(3);
    if (isWide) await expect(this.page.getByText(lab.next.swap)).toBeVisible();
  }

  async swapCosineIn(): Promise<void> {
    const { panel, presets } = this.terms;
    await this.hand.pick(this.page.getByRole('radio', { name: presets.cosine.name, exact: true }));
    await this.chooseWhen(panel.nextEpoch);
    // What it would do is drawn before it is done.
    await expect(this.page.locator('lr-rate-chart').getByText(this.terms.charts.draftOf('A'))).toBeVisible();
    await this.hand.press(this.button(panel.swap(presets.cosine.name)));
    await expect.poll(async () => (await this.runs())[0].did).toMatchObject([{ kind: 'swap' }]);
    const [{ did }] = await this.runs();
    expect(did[0].step % 10, 'the beginning of an epoch').toBe(0);
    await this.lab.untilStep(did[0].step + 11);
    const [{ lr }] = await this.runs();
    const { policy, step } = did[0];
    const { tMax } = policy[0].scheduler as { tMax: number };
    // Fitted to what was left when the button was pressed; an epoch may begin meanwhile.
    expect([0, 1]).toContain(tMax - (200 - step / 10));
    // From the rate that was in use on, as the reader left it.
    expect(lr[step + 10] / lr[step]).toBeCloseTo((1 + Math.cos(Math.PI / tMax)) / 2, 12);
  }

  /** The choices behind the sentence beside the button. */
  private async chooseWhen(name: string): Promise<void> {
    await this.hand.press(this.page.getByRole('button', { name: this.terms.panel.options.label('') }));
    await this.hand.pick(this.page.getByRole('radio', { name, exact: true }));
    await this.page.keyboard.press('Escape');
  }

  async chainMultiStepOn(): Promise<void> {
    const { panel } = this.terms;
    await this.hand.choose(this.list(panel.build.scheduler), 'MultiStepLR');
    await this.hand.write(this.field('milestones'), '100, 150');
    await this.hand.write(this.field('gamma'), '0.5');
    await this.chooseWhen(panel.now);
    await this.hand.press(this.button(panel.chain));
    await expect
      .poll(async () => (await this.runs())[0].did.map(({ kind }) => kind))
      .toEqual(['swap', 'chain']);
  }

  async fork(): Promise<void> {
    const { controls, runs } = this.terms;
    await this.hand.press(this.button(controls.fork));
    await this.hand.press(
      this.page.getByRole('dialog').getByRole('button', { name: runs.fork, exact: true }),
    );
    await expect.poll(async () => (await this.runs()).map(({ name }) => name)).toEqual(['A', 'B']);
    await this.openSection(this.terms.lab.sections.runs);
    await this.hand.pick(this.page.getByRole('radio', { name: runs.select('B') }));
    await this.openSection(this.terms.lab.sections.schedule);
  }

  /** A narrow page shows one section at a time. */
  private async openSection(name: string): Promise<void> {
    const section = this.page.getByRole('radio', { name, exact: true });
    if (await section.isVisible()) await this.hand.pick(section);
  }

  /** The fork's: it is selected. */
  async dragMilestone(): Promise<void> {
    const { learningRate } = this.terms.charts;
    await this.page.getByRole('group', { name: learningRate, exact: true }).scrollIntoViewIfNeeded();
    const milestone = this.page.getByRole('slider', { name: /MultiStepLR milestones\[1\]/ });
    const before = Number(await milestone.getAttribute('aria-valuenow'));
    await this.hand.moveBack(milestone);
    await expect.poll(async () => (await this.runs())[1].did.map(({ kind }) => kind)).toContain('adjust');
    expect((await this.runs())[0].did.map(({ kind }) => kind)).not.toContain('adjust');
    await expect(milestone).not.toHaveAttribute('aria-valuenow', String(before));
    expect(Number(await milestone.getAttribute('aria-valuenow'))).toBeLessThan(before);
  }

  /** Where the page is narrow, the tools are behind a button. */
  private async openTools(): Promise<void> {
    const more = this.button(this.terms.lab.more);
    const menu = this.page.getByRole('dialog', { name: this.terms.lab.more });
    // A tap may miss a button that moves, as when a notice above it goes.
    await expect(async () => {
      if (!(await menu.isVisible())) await this.hand.press(more);
      await expect(menu).toBeVisible({ timeout: 2000 });
    }).toPass();
  }

  async takeRateOfRangeTest(): Promise<void> {
    const { range } = this.terms;
    await this.openTools();
    await this.hand.press(this.button(range.open));
    const dialog = this.page.getByRole('dialog', { name: range.title });
    await this.hand.write(dialog.getByRole('textbox', { name: range.steps, exact: true }), '100');
    await this.hand.press(dialog.getByRole('button', { name: range.start }));
    const use = dialog
      .getByRole('listitem')
      .getByRole('button', { name: new RegExp(range.useLr('[\\d.e-]+')) })
      .first();
    await this.hand.press(use);
    await expect.poll(async () => (await this.runs())[1].did.at(-1)?.kind).toBe('setLr');
    await expect(dialog.getByRole('status').filter({ hasText: /\d/ }).first()).toBeVisible();
    await this.hand.press(dialog.getByRole('button', { name: range.close, exact: true }));
    await expect(dialog).toBeHidden();
  }

  async undo(): Promise<void> {
    const { panel, presets } = this.terms;
    const gamma = this.field('gamma');
    await this.hand.pick(this.page.getByRole('radio', { name: presets.exponential.name, exact: true }));
    await this.hand.write(gamma, '0.5');
    await this.hand.press(this.button(panel.undo));
    await expect(gamma).not.toHaveValue('0.5');
    await this.hand.press(this.button(panel.redo));
    await expect(gamma).toHaveValue('0.5');
  }

  /** @returns the link */
  async share(): Promise<string> {
    const { share } = this.terms;
    await this.openTools();
    await this.hand.press(this.button(share.open));
    const dialog = this.page.getByRole('dialog', { name: share.title });
    await this.hand.press(dialog.getByRole('button', { name: share.copy, exact: true }));
    await expect(dialog.getByText(share.copied)).toBeVisible();
    await this.hand.press(dialog.getByRole('button', { name: share.close, exact: true }));
    return this.page.evaluate(() => navigator.clipboard.readText());
  }

  async pause(): Promise<void> {
    await this.hand.press(this.button(this.terms.controls.pause));
    await this.lab.untilState('paused');
  }

  /** Opens the link in a page of its own, trains there, and finds the same losses. */
  async openLink(link: string): Promise<void> {
    const made = await this.runs();
    const page = await this.page.context().newPage();
    await page.goto(link);
    const other = new Visit(new LabPage(page), new PointerHand(page), this.terms);
    await expect.poll(async () => (await other.runs()).map(({ name }) => name)).toEqual(['A', 'B']);
    await other.hand.press(other.button(this.terms.controls.start));
    const compared = Math.min(...made.map(({ loss }) => loss.length));
    await expect
      .poll(async () => Math.min(...(await other.runs()).map(({ loss }) => loss.length)), {
        timeout: 90_000,
      })
      .toBeGreaterThanOrEqual(compared);
    const again = await other.runs();
    for (const [index, { loss, lr, did }] of made.entries()) {
      expect(again[index].did).toEqual(did);
      expect(again[index].loss.slice(0, compared)).toEqual(loss.slice(0, compared));
      expect(again[index].lr.slice(0, compared)).toEqual(lr.slice(0, compared));
    }
    await page.close();
  }

  async switchLanguage(): Promise<void> {
    await this.openTools();
    await this.hand.press(this.button(this.terms.lab.switchLanguage));
    this.terms = this.terms === en ? zhCn : en;
    await expect(this.button(this.terms.controls.reset)).toBeVisible();
    await expect(this.page.getByRole('heading', { name: this.terms.charts.loss, exact: true })).toBeVisible();
  }

  async reloadAndGoOn(): Promise<void> {
    const made = await this.runs();
    await expect.poll(() => rowsKept(this.page, 'lr-lab')).toBe(made[0].loss.length);
    await this.page.reload();
    const notice = this.page.getByRole('region', { name: this.terms.lab.keptLabel });
    await this.hand.press(notice.getByRole('button', { name: this.terms.lab.goOn }));
    await expect
      .poll(async () => (await this.runs()).map(({ did }) => did))
      .toEqual(made.map(({ did }) => did));
    await this.hand.press(this.button(this.terms.controls.resume));
    await this.lab.untilStep(made[0].loss.length + 10);
    for (const [index, { loss }] of (await this.runs()).entries())
      expect(loss.slice(0, made[index].loss.length)).toEqual(made[index].loss);
  }
}

// Long, and independent of each other.
test.describe.configure({ mode: 'parallel' });

for (const { hand, locale, inSoak } of journeys) {
  if (inSoak && !isSoak) continue;
  const { Hand, use } = hands[hand];
  test.describe(`${hand}, ${locale}`, () => {
    test.use({ ...use, locale, permissions: ['clipboard-read', 'clipboard-write'] });

    test('a whole visit: start, swap, chain, fork, drag, range test, undo, share, switch language, reload', async ({
      lab,
    }) => {
      const visit = new Visit(lab, new Hand(lab.page), wordsOf[locale]);
      await lab.openDemo();
      await test.step('set up', () => visit.setUp());
      await test.step('start', () => visit.start());
      await test.step('swap cosine in at the next epoch', () => visit.swapCosineIn());
      await test.step('chain MultiStepLR on', () => visit.chainMultiStepOn());
      await test.step('fork', () => visit.fork());
      await test.step('drag a milestone', () => visit.dragMilestone());
      await test.step('take a rate of the range test', () => visit.takeRateOfRangeTest());
      await test.step('undo', () => visit.undo());
      await test.step('pause', () => visit.pause());
      const link = await test.step('share', () => visit.share());
      await test.step('open the link in a new page', () => visit.openLink(link));
      await test.step('switch the language', () => visit.switchLanguage());
      await test.step('reload and resume', () => visit.reloadAndGoOn());
    });
  });
}

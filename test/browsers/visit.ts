/** One visit to the lab, as a reader makes it, in any browser: each step is a sentence, and fails where it does not hold. */
import { expect } from 'vitest';

import type { LrLab } from '../../components/index.js';
import { en } from '../../components/locales/en.js';
import type { Terms } from '../../components/locales/terms.js';
import { zhCn } from '../../components/locales/zh-cn.js';
import type { Config } from '../../src/lab/index.js';
import { keptInPage } from '../browser/support/kept-session.js';
import type { Driver } from './driver.js';
import { curvesDrawn, findInPage, type Found, type Wanted } from './find.js';
import type { Site, Variant } from './site.js';

/** How long anything on the page may take, in milliseconds: other checks may use the machine meanwhile. */
const patience = { timeout: 60_000, interval: 100 };

/** What the tests see of a run. */
interface RunInPage {
  name: string;
  state: string;
  policy: string;
  changes: string[];
  forkedAt?: number;
  loss: number[];
}

/** A short training: the browsers compute without a GPU. */
const small = { model: 'tiny', batchSize: 8, stepsPerEpoch: 10, epochs: 60 } as const;

/** A reader in a browser. */
export class Visit {
  private readonly driver: Driver;
  private readonly site: Site;
  private readonly terms: Terms;

  constructor(driver: Driver, site: Site, terms: Terms) {
    this.driver = driver;
    this.site = site;
    this.terms = terms;
  }

  /** Opens the lab, in the reader's language. */
  async load(variant?: Variant): Promise<void> {
    await this.driver.open(this.site.address('', variant));
    const isUp = () => this.driver.evaluate(() => customElements.get('lr-lab') !== undefined);
    await expect.poll(isUp, { ...patience, message: 'the page comes up' }).toBe(true);
    const language = await this.driver.evaluate(() => document.documentElement.lang);
    if (!language.startsWith(this.terms.$code)) {
      const { switchLanguage } = (this.terms === en ? zhCn : en).lab;
      await this.press({ role: 'button', name: switchLanguage });
    }
    await this.find({ role: 'button', name: this.terms.controls.start });
  }

  /** Takes a small network, and a schedule as a reader picks it. */
  async pick(config: Partial<Config> = {}): Promise<void> {
    await this.driver.evaluate((config) => document.querySelector<LrLab>('lr-lab')!.lab!.reset(config), {
      ...small,
      ...config,
    } as never);
    await this.press({ role: 'radio', name: this.terms.presets['step-decay'].name });
    await expect.poll(async () => (await this.runs())[0].policy, patience).toBe('StepLR');
  }

  async train(): Promise<void> {
    await this.press({ role: 'button', name: this.terms.controls.start });
    await this.untilStep(3);
  }

  async swap(): Promise<void> {
    const { panel, presets } = this.terms;
    await this.press({ role: 'radio', name: presets.cosine.name });
    await this.press({ role: 'button', name: panel.swap(presets.cosine.name) });
    await expect
      .poll(async () => (await this.runs())[0].changes, patience)
      .toEqual(['swap CosineAnnealingLR']);
  }

  async race(): Promise<void> {
    const { panel, presets } = this.terms;
    await this.press({ role: 'radio', name: presets.exponential.name });
    await this.press({ role: 'button', name: panel.race });
    await expect.poll(async () => (await this.runs()).map(({ name }) => name), patience).toEqual(['A', 'B']);
    await this.untilStep(3, 1);
    const [first, second] = await this.runs();
    expect(second.loss[0], 'the first loss of the same weights on the same batch').toBe(first.loss[0]);
  }

  /** Looks at the menu of the page, and at the dialog of the range test. */
  async openTools(): Promise<void> {
    const { lab, range } = this.terms;
    await this.press({ role: 'button', name: lab.more });
    await this.expectLow({ role: 'dialog', name: lab.more });
    await this.press({ role: 'button', name: range.open });
    await this.expectLow({ role: 'dialog', name: range.title });
  }

  async testRange(): Promise<void> {
    const { range } = this.terms;
    await this.openTools();
    await this.press({ role: 'button', name: range.start });
    await this.find({ role: 'button', name: range.again });
  }

  async closeTools(): Promise<void> {
    await this.press({ role: 'button', name: this.terms.range.close, within: 'dialog' });
  }

  async fork(): Promise<void> {
    const { controls, runs } = this.terms;
    await this.press({ role: 'button', name: controls.fork });
    await this.press({ role: 'button', name: runs.fork, within: 'dialog' });
    await expect.poll(async () => (await this.runs()).map(({ name }) => name), patience).toEqual(['A', 'B']);
    const at = (await this.runs())[1].forkedAt!;
    await this.untilStep(at + 2, 1);
    await this.untilStep(at + 2);
    const [first, second] = await this.runs();
    // With the same schedule, the same weights and the same batches.
    expect(second.loss.slice(0, at + 2)).toEqual(first.loss.slice(0, at + 2));
  }

  /** @returns the link */
  async share(): Promise<string> {
    const { share } = this.terms;
    await this.press({ role: 'button', name: this.terms.controls.pause });
    await this.untilState('paused');
    await this.press({ role: 'button', name: share.open });
    await this.expectLow({ role: 'dialog', name: share.title });
    const { value } = await this.find({ role: 'textbox', name: share.link });
    expect(value).toContain('#lab=');
    await this.press({ role: 'button', name: share.close, within: 'dialog' });
    return value;
  }

  /** Opens a link as who gets it does, and trains. */
  async openLink(link: string): Promise<void> {
    await this.driver.open('about:blank');
    await this.driver.open(link);
    await this.press({ role: 'button', name: this.terms.controls.start });
  }

  /** Opens another page, and finds a curve that it has drawn. */
  async read(page: string): Promise<void> {
    await this.driver.open(this.site.address(page));
    await this.find({ role: 'heading' });
    await expect.poll(() => this.driver.evaluate(curvesDrawn), patience).toBeGreaterThan(0);
    await this.expectSilence();
  }

  /** All of a visit, from the choice of a schedule on. */
  async makeWhole(): Promise<void> {
    await this.pick();
    await this.train();
    await this.swap();
    await this.race();
    await this.openTools();
    await this.closeTools();
    await this.share();
    await this.reload();
    await this.expectSilence();
  }

  /** Finds everything again after a reload, and trains on. */
  async reload(variant?: Variant): Promise<void> {
    const made = await this.runs();
    await expect
      .poll(() => this.driver.evaluate(keptInPage, 'lr-lab'), patience)
      .toEqual({ rows: made[0].loss.length, training: 0 });
    await this.load(variant);
    await this.press({ role: 'button', name: this.terms.lab.goOn });
    await this.press({ role: 'button', name: this.terms.controls.resume });
    await this.untilStep(made[0].loss.length + 1);
    for (const [index, { loss, changes }] of (await this.runs()).entries()) {
      expect(loss.slice(0, made[index].loss.length)).toEqual(made[index].loss);
      expect(changes).toEqual(made[index].changes);
    }
  }

  /** A dialog is as high as what it holds, and not as the window. */
  private async expectLow(wanted: Wanted): Promise<void> {
    const { height } = await this.find(wanted);
    expect(height, JSON.stringify(wanted)).toBeLessThan(450);
  }

  /** Nothing was written to the console, and nothing failed unheard. */
  async expectSilence(): Promise<void> {
    expect(await this.driver.evaluate(() => (window as unknown as { messages: string[] }).messages)).toEqual(
      [],
    );
  }

  async press(wanted: Wanted): Promise<void> {
    let found: Found | undefined;
    const isFree = async () => {
      const before = found;
      found = await this.find(wanted);
      const stays = before?.x === found.x && before.y === found.y;
      return { stays, isDisabled: found.isDisabled, cover: found.cover };
    };
    await expect.poll(isFree, patience).toEqual({ stays: true, isDisabled: false, cover: undefined });
    await this.driver.clickAt(found!.x, found!.y);
  }

  async find(wanted: Wanted): Promise<Found> {
    let found: Found | null = null;
    const look = async () => (found = await this.driver.evaluate(findInPage, wanted)) !== null;
    await expect.poll(look, { ...patience, message: `there is ${JSON.stringify(wanted)}` }).toBe(true);
    return found!;
  }

  async untilStep(step: number, run = 0): Promise<void> {
    await expect
      .poll(async () => (await this.runs())[run].loss.length, patience)
      .toBeGreaterThanOrEqual(step);
  }

  async untilState(state: string): Promise<void> {
    const stateNow = () => document.querySelector<LrLab>('lr-lab')!.lab!.state.value;
    await expect.poll(() => this.driver.evaluate(stateNow), patience).toBe(state);
  }

  runs(): Promise<RunInPage[]> {
    return this.driver.evaluate(() => {
      const typesOf = (policy: readonly { scheduler: { type: string } }[]) =>
        policy.map(({ scheduler }) => scheduler.type).join(' + ');
      return document.querySelector<LrLab>('lr-lab')!.lab!.runs.value.map((run) => ({
        name: run.name.value,
        state: run.state.value,
        policy: typesOf(run.config.policy),
        changes: run.interventions.value.map((each) =>
          `${each.kind} ${'policy' in each ? typesOf(each.policy) : ''}`.trim(),
        ),
        forkedAt: run.parent?.step,
        loss: Array.from(run.history.loss),
      }));
    });
  }

  /** What the lab says it computes on. */
  backend() {
    return this.driver.evaluate(() => document.querySelector<LrLab>('lr-lab')!.lab!.backend.value);
  }
}

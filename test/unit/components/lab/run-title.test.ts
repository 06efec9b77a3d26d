/** The names of schedules: those of presets where they are fitted to the run, else those of schedulers. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  distinctTitle,
  presetFrom,
  scheduleTitle,
  scheduleTitles,
} from '../../../../components/internal/lab/run-title.js';
import { en } from '../../../../components/locales/en.js';
import { zhCn } from '../../../../components/locales/zh-cn.js';
import { type Config, Lab, type Run } from '../../../../src/lab/index.js';
import { planFrom, type Policy, presetOf, presets } from '../../../../src/policy/index.js';
import { ScriptedWorkers } from '../../lab/scripted-worker.js';

const plan = { steps: 120, stepsPerEpoch: 10, epochs: 12 };
const config = { model: 'tiny', batchSize: 10, stepsPerEpoch: 10, epochs: 12 } as const;
const fitted = (id: string, to = plan): Policy => presetOf(id)!.policy({ ...to, lr: 0.1 });

let lab: Lab;

function open(policy = fitted('step-decay'), optimizer: Config['optimizer'] = { type: 'SGD', lr: 0.1 }): Run {
  lab = new Lab({ ...config, policy: [...policy], optimizer }, { openWorker: new ScriptedWorkers().open });
  return lab.runs.value[0];
}

afterEach(() => lab.dispose());

describe('the name of a schedule', () => {
  it.each(presets)('of the preset $id is its name', ({ id, policy, config }) => {
    const run = open(policy({ ...plan, lr: 0.1 }), config?.optimizer);
    expect(scheduleTitle(run, en)).toBe(en.presets[id].name);
    expect(scheduleTitle(run, zhCn)).toBe(zhCn.presets[id].name);
  });

  it('is that of the scheduler for a policy of one’s own', () => {
    const run = open([
      { scheduler: { type: 'StepLR', stepSize: 5, gamma: 0.3 }, interval: 'epoch', frequency: 1 },
    ]);
    expect(scheduleTitle(run, en)).toBe('StepLR');
  });

  it('is not that of a program with another optimizer, or swapped in', async () => {
    const { policy, config } = presets.find((preset) => preset.config?.optimizer.type === 'SGD')!;
    expect(scheduleTitle(open(policy(plan), { type: 'Adam', lr: 0.1 }), en)).toBe('ExponentialLR');
    expect(scheduleTitle(open(policy(plan), config?.optimizer), en)).not.toBe('ExponentialLR');
    const run = open();
    await lab.step(20);
    await lab.swap(run, policy(plan));
    await lab.step(1);
    expect(scheduleTitle(run, en)).toBe('ExponentialLR');
  });

  it('is the preset’s where it was fitted to what was left', async () => {
    const run = open();
    await lab.step(40);
    const policy = fitted('one-cycle', planFrom(plan, 40));
    await lab.swap(run, policy);
    await lab.step(5);
    expect(scheduleTitles(run, en)).toEqual(['Step decay', 'One cycle']);
    expect(presetFrom(run, policy, 40)).toBe('one-cycle');
  });

  it('includes what is chained on top, and drops it with the next swap', async () => {
    const run = open();
    await lab.step(10);
    await lab.chain(run, { type: 'ExponentialLR', gamma: 0.9 });
    await lab.step(1);
    expect(scheduleTitle(run, en)).toBe('Step decay + ExponentialLR');
    await lab.swap(run, fitted('constant'));
    await lab.step(1);
    expect(scheduleTitles(run, en)).toEqual(['Step decay + ExponentialLR', 'Constant']);
  });

  it('says the rate where two runs differ in it alone', async () => {
    const run = open();
    await lab.step(20);
    const fork = await lab.fork(run, { at: 10, lr: 0.01 });
    const twin = await lab.fork(run, { at: 10 });
    const titles = (...runs: Run[]) => runs.map((each) => distinctTitle(each, runs, en));
    await lab.step(1);
    expect(titles(run, twin)).toEqual(['Step decay', 'Step decay']);
    expect(titles(run, fork)).toEqual(['Step decay · lr 0.1', 'Step decay · lr 0.01']);
    expect(distinctTitle(fork, [run, fork], zhCn)).toBe('阶梯下降 · 学习率 0.01');
  });

  it('says the optimizer where two runs differ in that', async () => {
    const run = open();
    const [rival] = await lab.race(run, [{ optimizer: { type: 'Adam', lr: 0.1 } }]);
    await lab.step(1);
    const titles = [run, rival].map((each) => distinctTitle(each, [run, rival], en));
    expect(titles).toEqual(['Step decay · SGD 0.1', 'Step decay · Adam 0.1']);
  });

  it('stays when the rate is set by hand', async () => {
    const run = open();
    await lab.step(10);
    await lab.setLr(run, 0.01);
    await lab.step(1);
    expect(scheduleTitles(run, en)).toEqual(['Step decay']);
  });
});

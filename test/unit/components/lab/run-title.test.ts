/** The names of schedules: those of presets where they are fitted to the run, else those of schedulers. */
import { afterEach, describe, expect, it } from 'vitest';
import { presetFrom, scheduleTitle, scheduleTitles } from '../../../../components/internal/lab/run-title.js';
import { en } from '../../../../components/locales/en.js';
import { zhCn } from '../../../../components/locales/zh-cn.js';
import { Lab, type Run } from '../../../../src/lab/index.js';
import { planFrom, type Policy, presetOf, presets } from '../../../../src/policy/index.js';
import { ScriptedWorkers } from '../../lab/scripted-worker.js';

const plan = { steps: 120, stepsPerEpoch: 10, epochs: 12 };
const config = { model: 'tiny', batchSize: 10, stepsPerEpoch: 10, epochs: 12 } as const;
const fitted = (id: string, to = plan): Policy => presetOf(id)!.policy({ ...to, lr: 0.1 });

let lab: Lab;

function open(policy = fitted('step-decay')): Run {
  lab = new Lab({ ...config, policy: [...policy] }, { openWorker: new ScriptedWorkers().open });
  return lab.runs.value[0];
}

afterEach(() => lab.dispose());

describe('the name of a schedule', () => {
  it.each(presets)('of the preset $id is its name', ({ id, policy }) => {
    const run = open(policy({ ...plan, lr: 0.1 }));
    expect(scheduleTitle(run, en)).toBe(en.presets[id].name);
    expect(scheduleTitle(run, zhCn)).toBe(zhCn.presets[id].name);
  });

  it('is that of the scheduler for a policy of one’s own', () => {
    const run = open([
      { scheduler: { type: 'StepLR', stepSize: 5, gamma: 0.3 }, interval: 'epoch', frequency: 1 },
    ]);
    expect(scheduleTitle(run, en)).toBe('StepLR');
  });

  it('is the preset’s where it was fitted to what was left, some steps before it acted', async () => {
    const run = open();
    await lab.step(40);
    const policy = fitted('one-cycle', planFrom(plan, 37));
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

  it('stays when the rate is set by hand', async () => {
    const run = open();
    await lab.step(10);
    await lab.setLr(run, 0.01);
    await lab.step(1);
    expect(scheduleTitles(run, en)).toEqual(['Step decay']);
  });
});

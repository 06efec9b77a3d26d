import { describe, expect, it } from 'vitest';
import { checkAttributeNames } from '../../../../components/internal/kit/element/attribute-check.js';
import { LrExperiment } from '../../../../components/lr-experiment/lr-experiment.js';
import { LrLab, LrLossChart, LrRunTable, LrSchedulePlot } from '../../../../components/index.js';
import { curveAttributes } from '../../../../components/lr-schedule-plot/lr-schedule-curve.js';
import { refusalOf } from '../../expect-refusal.js';

const known = {
  'lr-lab': LrLab.observedAttributes,
  'lr-schedule-plot': LrSchedulePlot.observedAttributes,
  'lr-schedule-curve': curveAttributes,
  'lr-loss-chart': LrLossChart.observedAttributes,
  'lr-run-table': LrRunTable.observedAttributes,
  'lr-experiment': LrExperiment.observedAttributes,
};

type Tag = keyof typeof known;

const check = (tag: Tag, names: readonly string[]): void =>
  checkAttributeNames({ localName: tag, getAttributeNames: () => names } as unknown as Element, known[tag]);

describe('an attribute that an element does not have', () => {
  it.each<[Tag, string, string]>([
    ['lr-lab', 'bachsize', 'batch-size'],
    ['lr-lab', 'batchsize', 'batch-size'],
    ['lr-lab', 'batch_size', 'batch-size'],
    ['lr-lab', 'epoch', 'epochs'],
    ['lr-lab', 'stepsperepoch', 'steps-per-epoch'],
    ['lr-lab', 'steps', 'steps-per-epoch'],
    ['lr-lab', 'optimiser', 'optimizer'],
    ['lr-lab', 'learning-rate', 'lr'],
    ['lr-lab', 'learning_rate', 'lr'],
    ['lr-lab', 'scheduler', 'policy'],
    ['lr-lab', 'polciy', 'policy'],
    ['lr-lab', 'sede', 'seed'],
    ['lr-lab', 'data', 'dataset'],
    ['lr-lab', 'autostrat', 'autostart'],
    ['lr-schedule-plot', 'lable', 'label'],
    ['lr-schedule-plot', 'step', 'steps'],
    ['lr-schedule-plot', 'metrics', 'metric'],
    ['lr-schedule-curve', 'polic', 'policy'],
    ['lr-loss-chart', 'yscale', 'y-scale'],
    ['lr-loss-chart', 'smoothin', 'smoothing'],
    ['lr-loss-chart', 'no-flag', 'no-flags'],
    ['lr-experiment', 'highlights', 'highlight'],
  ])('<%s %s> is taken for a misspelt %s', (tag, name, likely) => {
    expect(refusalOf(() => check(tag, ['class', name]))).toMatchObject({
      code: 'unknown-attribute',
      message: `<${tag}> has no attribute "${name}"; did you mean "${likely}"?`,
      path: name,
      accepted: likely,
    });
  });

  const foreign = [
    ...[
      'class',
      'id',
      'style',
      'slot',
      'part',
      'role',
      'title',
      'lang',
      'dir',
      'hidden',
      'inert',
      'tabindex',
    ],
    ...['popover', 'nonce', 'is', 'autofocus', 'autocapitalize', 'accesskey', 'anchor', 'exportparts'],
    ...['aria-label', 'data-lr', 'data-epoch', 'data-v-5f3a1', 'onlr-step', 'onclick', 'itemprop'],
    ...[
      'v-cloak',
      'x-data',
      'hx-get',
      'ng-version',
      '_ngcontent-abc-c12',
      's-model',
      'astro-cid-x',
      'jsaction',
    ],
    ...[
      ':lr',
      '@lr-step',
      '#lab',
      '.lr',
      '[lr]',
      '(epoch)',
      'q:id',
      'bind:seed',
      'className',
      'classname',
      'key',
    ],
    ...[
      'ref',
      'name',
      'width',
      'height',
      'src',
      'type',
      'value',
      'href',
      'align',
      'mode',
      'color',
      'loading',
    ],
  ];

  it.each(Object.keys(known) as Tag[])('is left alone on <%s> where it may be anything else', (tag) => {
    const own = known[tag] as readonly string[];
    expect(() => check(tag, [...own, ...foreign])).not.toThrow();
  });
});

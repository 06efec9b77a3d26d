import type { Terms } from './terms.js';

/** The words of `<lr-schedule-plot>` in English. */
export const schedulePlotEn: Terms['schedulePlot'] = {
  empty: 'Nothing to draw yet: the policy attribute is missing.',
  axis: { linear: 'lr', log: 'lr, logarithmic' },
  momentum: 'momentum',
  metric: 'example metric',
  epoch: 'Epoch',
  momentumColumn: (curve) => `${curve}: momentum`,
  steps: (count) => `${count} steps`,
  neverStalls: 'Waits for a metric to stall: drawn as if it always improved.',
  stops: (step, reason) => `Ends after step ${step}. ${reason}`,
  ofCurve: (curve, text) => `${curve}: ${text}`,
  overview: (curve, steps, first, last, lowest, highest) =>
    `${curve}: the learning rate over ${steps} steps starts at ${first}, ends at ${last} and stays between ${lowest} and ${highest}.`,
  stepOf: (step, of) => `Step ${step} of ${of}.`,
  rateOf: (curve, rate) => `${curve}: learning rate ${rate}.`,
  momentumOf: (curve, momentum) => `${curve}: momentum ${momentum}.`,
  metricOf: (metric) => `Made-up metric ${metric}.`,
};

/** The parts of the leaves, as a page styles them through a whole `<lr-lab>`: `lr-lab::part(loss-chart-header)`. */
const chartParts = [
  ...['base', 'header', 'readout', 'controls', 'tools-button', 'pin', 'chart', 'cursor', 'table'],
  ...['notice', 'marks'],
];

/** The parts of each leaf, without its sentence on a missing Lab. */
export const leafParts = {
  'backend-status': ['base', 'speed', 'details'],
  'loss-chart': chartParts,
  'rate-chart': [...chartParts, 'handle', 'why'],
  'run-controls': ['base', 'progress'],
  'run-table': ['base', 'effect'],
  'scheduler-panel': ['base', 'card', 'actions'],
  samples: ['base', 'accuracy'],
  'step-report': ['base'],
} as const satisfies Record<string, readonly string[]>;

/** The value of `exportparts` of a leaf: each part under the leaf's name. */
export const exportedParts = (leaf: keyof typeof leafParts): string =>
  leafParts[leaf].map((part) => `${part}: ${leaf}-${part}`).join(', ');

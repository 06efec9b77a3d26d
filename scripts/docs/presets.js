/** The pages of the presets and of the command. */
import { code, table } from './markdown.js';

/** A training to which presets are fitted as an example. */
const example = { steps: 3000, stepsPerEpoch: 100, epochs: 30, lr: 0.1 };

/** Every preset, its words, and its policy for a run of 30 epochs. */
export function presetsPage(presets, words) {
  const entryText = ({ scheduler, interval, monitor }) =>
    `${schedulerText(scheduler)} per ${interval}${monitor === undefined ? '' : `, watching ${monitor}`}`;
  const rows = presets.map((preset) => [
    code(preset.id),
    `${words[preset.id].name}. ${words[preset.id].reason}`,
    code(preset.policy(example).map(entryText).join(' + ') || '[]'),
  ]);
  const programs = presets.findIndex(({ config }) => config !== undefined);
  const head = ['id', 'what it is', `for ${example.epochs} epochs of ${example.stepsPerEpoch} steps`];
  return `# Presets

A policy may be named instead of written: \`policy="cosine"\` in HTML, \`element.policy = 'cosine'\` in a script. A preset
is fitted to the length of the run and to its learning rate. In code, \`presetOf(id)?.policy(plan)\` of
[\`lr-lab/policy\`](api/policy.md) gives the policy.

## Well-known schedules

${table(head, rows.slice(0, programs))}

## Programs

They are the same for every run, and the page sets optimizer and length with them.

${table(head, rows.slice(programs))}
`;
}

function schedulerText({ type, ...parameters }) {
  const values = Object.entries(parameters).map(([name, value]) =>
    name === 'schedulers' ? `[${value.map(schedulerText).join(', ')}]` : `${name}=${JSON.stringify(value)}`,
  );
  return `${type}(${values.join(', ')})`;
}

/** The command, with the usage that it prints. */
export function commandPage(source) {
  const [, usage] = /const usage = `([^`]+)`/.exec(source);
  return `# The command \`lr-lab\`

It trains the same small networks in Node, without a page and without a browser: on the GPU where the package
[\`webgpu\`](https://www.npmjs.com/package/webgpu) is installed, and on the CPU elsewhere. Nothing else needs to be
installed. The same seed, policy and backend give the same file, byte for byte.

\`\`\`sh
npx lr-lab train --model tiny --policy '{ "type": "StepLR", "stepSize": 1 }' --steps 20 --seed 7 --csv losses.csv
npx lr-lab preview --policy '{ "type": "CosineAnnealingLR", "tMax": 10 }' --lr 0.1 --steps 10 --csv rates.csv
\`\`\`

\`\`\`text
${usage.trim()}
\`\`\`

A swap or a chain acts before the update of its step. A diverged loss ends the command with 1, after the file is written.
\`from-pytorch\` reads a whole training script. What it cannot know, such as a variable that comes from the command line,
it asks for: \`--assume 'args.epochs=90'\`. What it cannot use it refuses, with the line and the reason.
`;
}

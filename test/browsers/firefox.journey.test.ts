/** One visit in Firefox, which trains on WebGPU. */
import { expect, it } from 'vitest';

import { openFirefox } from './firefox.js';
import { staged } from './stage.js';

const stage = staged(() => openFirefox());

it('Firefox: load, pick, train on WebGPU, swap, race, look at the dialogs, share, reload', async () => {
  const { visit } = stage;
  await visit.load();
  await visit.makeWhole();
  expect(await visit.backend()).toMatchObject({ name: 'webgpu', refused: [] });
});

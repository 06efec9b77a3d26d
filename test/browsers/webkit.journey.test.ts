/** One visit in WebKitGTK, which trains without WebGPU, where the language is "C". */
import { expect, it } from 'vitest';

import { staged } from './stage.js';
import { openWebKit } from './webkit.js';

const stage = staged(() => openWebKit());

it('WebKitGTK: load, pick, train, swap, race, look at the dialogs, share, reload', async () => {
  const { visit } = stage;
  await visit.load();
  await visit.makeWhole();
  const { name, refused } = (await visit.backend())!;
  expect({ name, refused: refused[0].name }).toEqual({ name: 'cpu', refused: 'webgpu' });
});

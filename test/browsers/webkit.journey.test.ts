/** One visit in WebKitGTK, which trains without WebGPU, where no language is set. */
import { afterAll, beforeAll, expect, it } from 'vitest';

import { en } from '../../components/locales/en.js';
import type { Driver } from './driver.js';
import { openWebKit } from './webkit.js';
import { serveSite, type Site } from './site.js';
import { Visit } from './visit.js';

let driver: Driver;
let site: Site;

beforeAll(async () => {
  [driver, site] = await Promise.all([openWebKit(), serveSite()]);
});

afterAll(async () => {
  await driver.close();
  site.close();
});

it('WebKitGTK: load, pick, train, swap, race, share, reload', async () => {
  const visit = new Visit(driver, site, en);
  await visit.load();
  await visit.pick();
  await visit.train();
  const { name, refused } = (await visit.backend())!;
  expect({ name, refused: refused[0].name }).toEqual({ name: 'cpu', refused: 'webgpu' });
  await visit.swap();
  await visit.race();
  await visit.share();
  await visit.reload();
  await visit.expectSilence();
});

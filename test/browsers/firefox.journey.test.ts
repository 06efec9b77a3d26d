/** One visit in Firefox, which trains on WebGPU. */
import { afterAll, beforeAll, expect, it } from 'vitest';

import { en } from '../../components/locales/en.js';
import type { Driver } from './driver.js';
import { openFirefox } from './firefox.js';
import { serveSite, type Site } from './site.js';
import { Visit } from './visit.js';

let driver: Driver;
let site: Site;

beforeAll(async () => {
  [driver, site] = await Promise.all([openFirefox(), serveSite()]);
});

afterAll(async () => {
  await driver.close();
  site.close();
});

it('Firefox: load, pick, train on WebGPU, swap, race, share, reload', async () => {
  const visit = new Visit(driver, site, en);
  await visit.load();
  await visit.pick();
  await visit.train();
  expect(await visit.backend()).toMatchObject({ name: 'webgpu', refused: [] });
  await visit.swap();
  await visit.race();
  await visit.share();
  await visit.reload();
  await visit.expectSilence();
});

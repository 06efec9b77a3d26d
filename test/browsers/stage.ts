/** A browser with a reader in it, for the tests of a block. */
import { afterAll, beforeAll } from 'vitest';

import { en } from '../../components/locales/en.js';
import type { Driver } from './driver.js';
import { serveSite, type Site } from './site.js';
import { Visit } from './visit.js';

/** What is there once the block has begun. */
export interface Stage {
  driver: Driver;
  site: Site;
  /** A reader who has just come. */
  visit: Visit;
}

/** Starts a browser before the tests of a block, and ends it after them. */
export function staged(open: () => Promise<Driver>): Stage {
  const stage = {} as Stage;
  beforeAll(async () => {
    [stage.driver, stage.site] = await Promise.all([open(), serveSite()]);
    stage.visit = new Visit(stage.driver, stage.site, en);
    console.log(stage.driver.name);
  });
  afterAll(async () => {
    await stage.driver.close();
    stage.site.close();
  });
  return stage;
}

/** Takes back what `before.ts` lent. */
import { loans } from './before.js';

for (const takeBack of loans) takeBack();

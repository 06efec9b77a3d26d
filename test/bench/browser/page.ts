/** The page of one contestant, named in the address; the player controls `window.stand`. */
import type { ContestantName } from '../contestant.js';
import type { Stand } from '../stand.js';
import { createStand } from '../stand.js';

declare global {
  interface Window {
    stand?: Stand;
  }
}

window.stand = createStand(new URLSearchParams(location.search).get('contestant') as ContestantName);

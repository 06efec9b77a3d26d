import { createContext } from '@lit/context';
import type { Lab } from '../../../src/lab/index.js';

/** How a leaf element finds the Lab of the `<lr-lab>` around it. */
export const labContext = createContext<Lab | undefined>(Symbol.for('lr-lab.lab'));

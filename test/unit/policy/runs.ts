/** How many random cases each property is tried on: enough to notice in `npm test`, many in `npm run test:soak`. */
export const runs = process.env.SOAK === undefined ? 1_000 : 20_000;

/** How long a property may take, in milliseconds; far more than it does, for machines that are busy with other things. */
export const timeLimit = process.env.SOAK === undefined ? 60_000 : 1_200_000;

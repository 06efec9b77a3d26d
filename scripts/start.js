/** `npm start`: installs missing packages, builds the lab and serves it on this machine. */
import { ensureDependencies, root } from './prepare.js';

ensureDependencies();
const { build, preview } = await import('vite');
console.log('lr-lab: building …');
await build({ root, logLevel: 'warn' });
const server = await preview({ root, preview: { host: 'localhost' } });
console.log(`lr-lab: open ${server.resolvedUrls.local[0]}   (Ctrl+C stops it)`);

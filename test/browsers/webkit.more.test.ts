/** More visits in WebKitGTK, which has neither WebGPU nor WebGL in a worker. */
import { describeMoreVisits } from './more-visits.js';
import { openWebKit } from './webkit.js';

describeMoreVisits('WebKitGTK', openWebKit, { backends: ['cpu'] });

import 'lr-lab';
import { setWorkerUrl } from 'lr-lab/lab';

// This bundler compiles the worker once more, which ends its imports; the build script has put a copy beside the page.
setWorkerUrl(new URL('worker.js', document.baseURI));

import 'lr-lab';
import { setWorkerUrl } from 'lr-lab/lab';

// This bundler copies no worker; the build script has put it beside the page.
setWorkerUrl(new URL('worker.js', document.baseURI));

/** The worker of a Lab: its host, at the end of a message port. */
import * as comlink from 'comlink';

import { LabWorkerHost } from './host.js';

comlink.expose(new LabWorkerHost());

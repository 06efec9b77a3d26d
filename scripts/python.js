/** Finds a Python with PyTorch. */
import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { giveUp } from './prepare.js';

const variable = 'LR_LAB_PYTHON';
const names = process.platform === 'win32' ? ['python.exe', 'python3.exe'] : ['python3', 'python'];

const hasPyTorch = (path) => spawnSync(path, ['-c', 'import torch'], { stdio: 'ignore' }).status === 0;

/** The path of a Python with PyTorch; also set in the environment for the processes that follow. */
export function findPyTorch() {
  const chosen = process.env[variable];
  if (chosen) {
    return hasPyTorch(chosen) ? chosen : giveUp(`${variable} is "${chosen}", which cannot import torch.`);
  }
  // Tries all on the path: the first may be a version manager's, while only the system's has the package.
  const folders = (process.env.PATH ?? '').split(delimiter);
  const path = folders.flatMap((folder) => names.map((name) => join(folder, name))).find(hasPyTorch);
  process.env[variable] = path;
  return (
    path ??
    giveUp(
      `no Python with PyTorch found: install it (on Debian: apt install python3-torch; elsewhere: pip install torch), or set ${variable} to a Python that has it.`,
    )
  );
}

/** What imports give. */
import { mathMember } from '../names/paths.js';
import { constants } from '../values/formula-arithmetic.js';
import { numberValue } from '../values/make-values.js';
import type { Value } from '../values/value.js';

/** What an imported name stands for. */
export function importedValue(path: string): Value {
  const member = mathMember(path);
  if (member !== undefined && Object.hasOwn(constants, member)) return numberValue(constants[member]);
  return { type: 'path', path: importedPath(path), isImported: true };
}

/** `a.b as c` of modules that have two paths to one thing. */
function importedPath(path: string): string {
  if (/^torch\.optim\.(?:lr_scheduler|swa_utils)(?:\.|$)/.test(path)) return path;
  const tqdm = /^tqdm\.(?:auto|notebook|std|rich|asyncio)\.(\w+)$/.exec(path);
  return tqdm ? `tqdm.${tqdm[1]}` : path;
}

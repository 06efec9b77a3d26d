import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../../..');

/** Every module that is loaded together with one, packages by their name; type imports are not loaded. */
function loadedWith(file: string, found = new Set<string>()): Set<string> {
  if (found.has(file)) return found;
  found.add(file);
  const source = readFileSync(join(root, file), 'utf8');
  const imports = source.matchAll(/^(?:import|export)(?! type\b)(?:[^'";]*? from)? ?'([^']+)';$/gm);
  for (const [, target] of imports) {
    if (!target.startsWith('.') || target.includes('?')) found.add(target);
    else loadedWith(relative(root, join(root, dirname(file), target.replace(/\.js$/, '.ts'))), found);
  }
  return found;
}

describe.each(['components/lr-schedule-plot/lr-schedule-plot.ts', 'pages/schedulers.ts'])('%s', (entry) => {
  const loaded = [...loadedWith(entry)];

  it('loads what it draws with', () => {
    expect(loaded).toContain('src/policy/live/preview-policy.ts');
    expect(loaded).toContain('uplot');
    expect(loaded).toContain('lit');
  });

  it('loads no Lab, no training and no tf.js', () => {
    const heavy =
      /^src\/(?:lab|training|gpu|models|optimizers|data)\/|tensorflow|comlink|components\/lr-(?!schedule)/;
    expect(loaded.filter((module) => heavy.test(module))).toEqual([]);
  });
});

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const script = new URL('../../../scripts/check-english.js', import.meta.url).pathname;
let folder = '';

beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'english-'))));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs the check over a folder with one file of this text. */
function check(text: string): { status: number | null; lines: string[] } {
  writeFileSync(join(folder, 'sample.ts'), text);
  const { status, stdout } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' });
  return {
    status,
    lines: stdout
      .replaceAll(`${join(folder, 'sample.ts')}:`, '')
      .trim()
      .split('\n'),
  };
}

describe('the check of English', () => {
  it('prints the line, the phrase and the plain word, and fails', () => {
    const { status, lines } = check('// It starts.\n// Then it goes on.\n');
    expect(status).toBe(1);
    expect(lines[0]).toBe('2: "goes on": continue');
  });

  it('finds a phrase across the line break of a comment', () => {
    const { lines } = check('/**\n * A backend that is not to\n * be had.\n */\n// Here it goes\n// on.\n');
    expect(lines.slice(0, 2)).toEqual(['2: "is not to be had": is available', '5: "goes on": continue']);
  });

  it('accepts plain English, and words that only contain a phrase', () => {
    const text = '// There is no GPU. It is no longer there. Amended canes and toldos.\n';
    expect(check(text)).toEqual({ status: 0, lines: [''] });
  });
});

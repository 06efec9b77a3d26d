import { describe, expect, it } from 'vitest';
import { gunzip } from '../../../src/data/index.js';
import { refusalOf } from '../expect-refusal.js';
import { zipped } from './files.js';

const content = Uint8Array.from({ length: 5000 }, (_, index) => (index * index) % 251);

describe('gunzip', () => {
  it('decompresses a gzip file', async () => {
    expect(await gunzip(zipped(content))).toEqual(content);
  });

  it('decompresses a file inside a larger buffer', async () => {
    const file = zipped(content);
    const larger = new Uint8Array(file.length + 20);
    larger.set(file, 7);
    expect(await gunzip(larger.subarray(7, 7 + file.length))).toEqual(content);
  });

  it('returns other bytes unchanged', async () => {
    expect(await gunzip(content)).toBe(content);
    expect(await gunzip(new Uint8Array())).toEqual(new Uint8Array());
  });

  it('refuses a truncated file, with its name', async () => {
    const file = zipped(content);
    const problem = await refusalOf(() => gunzip(file.subarray(0, file.length / 2), 'half.gz'));
    expect(problem).toMatchObject({ code: 'gzip', received: 'half.gz' });
    expect(problem.message).toContain(
      `half.gz cannot be decompressed (${Math.floor(file.length / 2)} bytes)`,
    );
  });

  it('refuses a file whose content is damaged', async () => {
    const file = zipped(content);
    file[file.length - 6] ^= 0xff;
    expect(await refusalOf(() => gunzip(file))).toMatchObject({ code: 'gzip' });
  });
});

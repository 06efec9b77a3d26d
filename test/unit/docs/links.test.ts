import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, it } from 'vitest';
import { documents } from '../../../scripts/docs/snippets.js';

const root = join(import.meta.dirname, '../../..');

const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** What a document points to: pages, pictures and headings, without addresses of the web. */
function linksOf(path: string): { readonly target: string; readonly heading: string | undefined }[] {
  const text = read(path).replaceAll(/^```[^]*?^```$/gm, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link]) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [file, heading] = link.split('#');
    const target = file === '' ? path : normalize(join(dirname(path), file)).replaceAll('\\', '/');
    return [{ target, heading }];
  });
}

/** The anchors of a document, as GitHub makes them of its headings. */
const anchorsOf = (path: string): string[] =>
  [...read(path).matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );

const { files } = JSON.parse(read('package.json')) as { files: string[] };
/** npm packs these by itself. */
const packed = [...files, 'README.md', 'LICENSE', 'package.json'];
const isPacked = (path: string) => packed.some((each) => path === each || path.startsWith(`${each}/`));

describe.each([...documents(), 'CONTRIBUTING.md', 'CHANGELOG.md', 'examples/README.md'])('%s', (path) => {
  const links = linksOf(path);

  it('points only to what exists', () => {
    const dead = links.filter(({ target, heading }) => {
      if (!existsSync(join(root, target))) return true;
      return heading !== undefined && !anchorsOf(target).includes(heading);
    });
    expect(dead).toEqual([]);
  });

  it('points only to what is packed with it', () => {
    const missing = links.filter(
      ({ target }) => !isPacked(target) && !statSync(join(root, target)).isDirectory(),
    );
    expect(missing).toEqual([]);
  });
});

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as everything from '../../../components/index.js';
import { LrExperiment } from '../../../components/lr-experiment/lr-experiment.js';
import { exportedParts, leafParts } from '../../../components/lr-lab/exported-parts.js';
import { curveAttributes } from '../../../components/lr-schedule-plot/lr-schedule-curve.js';
import { createManifest, elementFiles, elementsOf, themeTokens } from '../../../scripts/manifest.js';

// An element that a page imports alone is in the manifest too.
const components = { ...everything, LrExperiment };

const root = join(import.meta.dirname, '../../..');

/** What the code of an element says by itself, to be compared with what is documented. */
interface Found {
  readonly events: string[];
  readonly parts: string[];
  readonly tokens: string[];
}

/** The sources of an element: its own modules and those it shares, but none of another element. */
function sourcesOf(file: string, found = new Map<string, string>()): Map<string, string> {
  if (found.has(file)) return found;
  const source = readFileSync(join(root, file), 'utf8');
  found.set(file, source);
  // What is imported for its type alone is not in the element.
  for (const [, target] of source.matchAll(
    /^(?:import|export)(?! type\b)(?:[^'";]*? from)? '(\.[^'?]+)\.js';$/gm,
  )) {
    const path = join(dirname(file), `${target}.ts`);
    const isOfAnother = /\/lr-[^/]+\//.test(path) && dirname(path) !== dirname(file);
    const isElementBeside = dirname(path) === dirname(file) && /\/lr-[^/.]+\.ts$/.test(path);
    if (path.startsWith('components/') && !isOfAnother && !isElementBeside) sourcesOf(path, found);
  }
  return found;
}

function foundIn(file: string): Found {
  const code = [...sourcesOf(file).values()].join('\n');
  const all = (pattern: RegExp) => [...code.matchAll(pattern)].map((match) => match[1]);
  const unique = (names: readonly string[]) => [...new Set(names)].sort();
  return {
    events: unique(all(/(?:new CustomEvent(?:<[^>]+>)?\(\s*|dispatchLabEvent\([\w.]+, )'(lr-[\w-]+)'/g)),
    parts: unique(
      all(/(?:\b(?:part|exportparts)=|'part', )["']([\w -]+)["']/g).flatMap((names) => names.split(' ')),
    ),
    tokens: unique(all(/var\(\s*(--lr-[\w-]+)/g)),
  };
}

/** The names under which `<lr-lab>` exports the parts of a leaf. */
const exportedNames = (leaf: string): string[] =>
  exportedParts(leaf as keyof typeof leafParts)
    .split(', ')
    .map((pair) => pair.split(': ')[1]);

const names = (entries: readonly { readonly name: string }[]) => entries.map(({ name }) => name).sort();

const manifest = createManifest();
const elements = elementsOf(manifest);

/** The properties of the running class that Lit watches and a page may set. */
function propertiesOf(className: string): string[] {
  if (className === 'LrScheduleCurve') return [...curveAttributes];
  const { elementProperties } = components[className as 'LrLab'];
  return [...elementProperties].filter(([, { state }]) => state !== true).map(([name]) => String(name));
}

/** The attributes that the running class observes. */
function attributesOf(className: string): string[] {
  if (className === 'LrScheduleCurve') return [...curveAttributes].sort();
  const { observedAttributes } = components[className as 'LrLab'];
  return [...observedAttributes].sort();
}

describe('the manifest', () => {
  it('lists every element that the package exports', () => {
    expect(names(elements)).toEqual(Object.keys(components).sort());
  });

  it('documents every token of the theme, with its default', () => {
    const { tokens } = foundIn('components/internal/kit/styles/theme.styles.ts');
    expect(names(themeTokens())).toEqual(tokens);
    expect(themeTokens().filter((token) => !token.default)).toEqual([]);
  });
});

describe.each(elements.map((element, index) => ({ ...element, file: elementFiles()[index] })))(
  'the manifest of <$tagName>',
  (element) => {
    const { events, parts, tokens } = foundIn(element.file);

    it('lists the attributes that the element observes', () => {
      expect(names(element.attributes)).toEqual(attributesOf(element.name));
    });

    it('lists the properties that a page may set', () => {
      expect(names(element.members)).toEqual(expect.arrayContaining(propertiesOf(element.name)));
    });

    it('lists the events that it dispatches', () => {
      expect(names(element.events)).toEqual(events);
    });

    it('lists its parts', () => {
      const exported = element.tagName === 'lr-lab' ? Object.keys(leafParts).flatMap(exportedNames) : [];
      expect(names(element.cssParts)).toEqual([...parts, ...exported].sort());
    });

    it('lists the tokens that it reads', () => {
      expect(names(element.cssProperties)).toEqual(tokens);
    });

    it('describes everything, and nothing private', () => {
      const { attributes, members, slots, cssParts, cssProperties } = element;
      const all = [...attributes, ...members, ...element.events, ...slots, ...cssParts, ...cssProperties];
      expect(all.filter(({ description }) => !description).map(({ name }) => name)).toEqual([]);
      expect(element.summary).not.toBe('');
      const instance = Reflect.construct(components[element.name as 'LrLab'], []) as object;
      expect(members.filter(({ name }) => !(name in instance))).toEqual([]);
    });
  },
);

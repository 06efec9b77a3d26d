/**
 * Looks for phrases that have a plainer word, in comments, strings, names and documents. Prints file, line, phrase and
 * the plain word, and fails if there are any. `node scripts/check-english.js [folder or file …]`; by default everything.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Each phrase as a regular expression without anchors, and the plain word. A space also matches a line break. */
const phrases = [
  ['(?:is|are|was|were|be|can|could) (?:not |never )?(?:to be|be) had', 'is available'],
  ['(?:go|goes|going|gone|went) on(?! (?:to|the)\\b)', 'continue'],
  ['(?:give|gives|gave|given) out', 'return, or fail'],
  ['(?:take|takes|took|taken|taking) the place of', 'replace'],
  ['(?:make|makes|made|making) way for', 'replace'],
  ['(?:let|lets|letting) go of', 'release'],
  ['(?:put|puts|putting) up with', 'tolerate'],
  ['(?:come|comes|came) to nothing', 'fail'],
  ['anew', 'again'],
  ['(?:mend|mends|mended|mending)', 'fix'],
  ['reckon(?:s|ed|ing)?', 'compute'],
  ['borne', 'tolerated'],
  ['of before', 'earlier'],
  ['(?:blow|blows|blew|blown)(?: |-)up', 'diverge'],
  ['told', 'reported, notified'],
  ['(?:tell|tells) apart', 'distinguish'],
  ['(?:whoever|whomever)', 'the caller, code that'],
  ['whatever', 'any'],
  ['(?<!(?:there|where) )is no (?!longer\\b|more\\b|one\\b)', 'is not a'],
  ['how-manieth', 'every N'],
  ['for ever', 'always'],
  ['under way', 'in progress'],
  ['on (?:its|their) way', 'in progress'],
  ['unless told', 'by default'],
  ['said otherwise', 'noted'],
  ['rests? on', 'depends on'],
  ['at hand', 'available'],
  ['taken down', 'copied, recorded'],
  ["one[’']s own", "the page's own"],
  ['(?:hitherto|thereof|whereof|wherein|amiss|naught|nought|befall|thereupon|whereupon)', 'a modern word'],
];

const folders = ['src', 'components', 'pages', 'scripts', 'test', 'cli', 'docs', 'examples'];
const extensions = /\.(?:ts|js|md|html)$/;
// The words on screen have editors of their own.
const excluded = /(?:^|\/)(?:node_modules|dist|golden|locales)\/|check-english(?:\.test)?\.[jt]s$|\.zh\.md$/;

/** A space within a phrase: white space, with the comment's own signs where the line breaks. */
const gap = String.raw`(?:[ \t]+|[ \t]*\r?\n[ \t]*(?:(?:\*|\/\/|#)[ \t]*)?)`;

const banned = phrases.map(([phrase, plain]) => ({
  plain,
  pattern: new RegExp(String.raw`\b${phrase.replaceAll(' ', gap)}\b`, 'gi'),
}));

/** Every file to check at or below a path. */
function filesAt(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const inside = join(path, entry.name);
    if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : filesAt(inside);
    return [inside];
  });
}

function everything() {
  const here = readdirSync('.');
  return [...folders.filter((name) => here.includes(name)), ...here.filter((name) => name.endsWith('.md'))];
}

const given = process.argv.slice(2);
const files = (given.length > 0 ? given : everything())
  .flatMap(filesAt)
  .filter((path) => extensions.test(path) && !excluded.test(path));

let found = 0;
for (const path of files) {
  const text = readFileSync(path, 'utf8');
  for (const { pattern, plain } of banned) {
    for (const match of text.matchAll(pattern)) {
      const line = text.slice(0, match.index).split('\n').length;
      console.log(`${path}:${line}: "${match[0].replaceAll(/\s+(?:[*#]|\/\/)?\s*/g, ' ')}": ${plain}`);
      found++;
    }
  }
}
if (found > 0) {
  console.log(`${found} phrases have a plainer word; scripts/check-english.js has the list.`);
  process.exitCode = 1;
}

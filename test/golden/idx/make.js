// Writes the small IDX pair beside this file: the first 60 training images of `digits`. Run it only when the digits are
// meant to change: `node test/golden/idx/make.js`.
import { Buffer } from 'node:buffer';
import { writeFileSync } from 'node:fs';
import { fileURLToPath, URL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { runnerImport } from 'vite';

const count = 60;
const { module } = await runnerImport(fileURLToPath(new URL('../../../src/data/index.ts', import.meta.url)));
const { images, labels, height, width } = await module.makeDigits({ training: count, validation: 1 });

function write(name, header, bytes) {
  const head = Buffer.alloc(4 * header.length);
  header.forEach((word, index) => head.writeUInt32BE(word, 4 * index));
  writeFileSync(new URL(name, import.meta.url), gzipSync(Buffer.concat([head, bytes]), { level: 9 }));
}

write('digits-images-idx3-ubyte.gz', [2051, count, height, width], images);
write('digits-labels-idx1-ubyte.gz', [2049, count], labels);

// The trusted half of the batch protocol for JavaScript: inputs are files under /input, outputs leave as
// frames on descriptor 4: a line {"write":{"name","bytes"}} and then that many bytes. See batch-protocol.ts.
import { readFileSync, readSync, writeSync } from 'node:fs';
import { claimOf, seedRandom } from './shared.mjs';

const { stringify } = JSON;

function receiveStart() {
  const parts = [];
  for (;;) {
    const part = Buffer.alloc(65_536);
    const count = readSync(3, part, 0, part.length, null);
    if (count === 0) process.exit(0);
    parts.push(part.subarray(0, count));
    if (part[count - 1] === 10) return JSON.parse(Buffer.concat(parts).toString()).start;
  }
}

function sendBytes(bytes) {
  for (let at = 0; at < bytes.length; ) at += writeSync(4, bytes, at, bytes.length - at);
}

function send(message) {
  sendBytes(Buffer.from(`${stringify(message)}\n`));
}

function inputPath(name) {
  if (!/^[a-z0-9][a-z0-9._-]*$/.test(name)) throw new Error(`There is no input ${name}.`);
  return `/input/${name}`;
}

try {
  send({ harness: 'batch' });
  seedRandom();
  const { options } = receiveStart();
  const program = await import(`/program/${process.argv[2]}`);
  await program.default({
    options,
    read: (name) => new Uint8Array(readFileSync(inputPath(name))),
    readText: (name) => readFileSync(inputPath(name), 'utf8'),
    write(name, data) {
      const bytes = typeof data === 'string' ? Buffer.from(data) : Buffer.from(data);
      send({ write: { name, bytes: bytes.length } });
      sendBytes(bytes);
    },
  });
  send({ done: true });
  process.exit(0);
} catch (error) {
  send({ error: claimOf(error) });
  process.exit(1);
}

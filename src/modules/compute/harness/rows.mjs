// The trusted half of the causal row protocol for JavaScript: reads rows on descriptor 3, answers on 4.
// Descriptors 1 and 2 stay the program's own. The protocol is described in row-protocol.ts.
import { readSync, writeSync } from 'node:fs';
import { claimOf, seedRandom } from './shared.mjs';

const { parse, stringify } = JSON;
const buffer = Buffer.alloc(1 << 17);
let length = 0;

function receive() {
  for (;;) {
    if (length > 0 && buffer[length - 1] === 10) {
      const line = buffer.utf8Slice(0, length - 1);
      length = 0;
      return parse(line);
    }
    const count = readSync(3, buffer, length, buffer.length - length, null);
    if (count === 0) process.exit(0);
    length += count;
  }
}

function send(message) {
  writeSync(4, `${stringify(message)}\n`);
}

try {
  send({ harness: 'rows' });
  seedRandom();
  const { start } = receive();
  const program = await import(`/program/${process.argv[2]}`);
  const observer = program.create(start);
  send({ ready: true });
  for (let message = receive(); message.end === undefined; message = receive()) {
    send({ prediction: observer.observe(message.row) });
  }
  process.exit(0);
} catch (error) {
  send({ error: claimOf(error) });
  process.exit(1);
}

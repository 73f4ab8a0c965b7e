// The trusted half of both protocols inside WebAssembly, where lines are arguments and answers of functions.
// The host gives `host` before this runs; see quickjs-worker.ts.
import { claimOf, seedRandom } from './shared.mjs';

const { parse, stringify } = JSON;
const { print, read, readText, write } = globalThis.host;
delete globalThis.host;
seedRandom();

const format = (value) => (typeof value === 'string' ? value : (stringify(value) ?? String(value)));
const log = (...values) => print(`${values.map(format).join(' ')}\n`);
globalThis.console = { log, info: log, warn: log, error: log, debug: log };

const guarded =
  (step) =>
  (...values) => {
    try {
      return step(...values);
    } catch (error) {
      return stringify({ error: claimOf(error) });
    }
  };

let observer;
export const startRows = guarded((program, options) => {
  observer = program.create(parse(options));
  return '{"ready":true}';
});
export const answer = guarded((line) =>
  stringify({ prediction: observer.observe(parse(line).row) }),
);

let last = '{"error":{"message":"The program waits for what never comes."}}';
export const ending = () => last;
export const startBatch = guarded((program, options) => {
  const job = {
    options: parse(options),
    read: (name) => new Uint8Array(read(name)),
    readText,
    write(name, data) {
      if (typeof data === 'string') write(name, data);
      else write(name, new Uint8Array(data).buffer);
    },
  };
  Promise.resolve(program.default(job)).then(
    () => {
      last = '{"done":true}';
    },
    (error) => {
      last = stringify({ error: claimOf(error) });
    },
  );
  return '';
});

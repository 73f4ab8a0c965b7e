// What both JavaScript harnesses need.

const MESSAGE_MAX = 2_000;
/** What QuickJS and V8 say when they get no more memory. */
const MEMORY_MESSAGES = ['out of memory', 'Array buffer allocation failed'];

/** An error as the protocol says it: its kind from the system's code, and its text cut short. */
export function claimOf(error) {
  const code = error?.code;
  let kind = 'error';
  if (code === 'ENOSPC' || code === 'EFBIG' || code === 'EDQUOT') kind = 'disk';
  if (code === 'ENOMEM' || code === 'ERR_MEMORY_ALLOCATION_FAILED') kind = 'memory';
  let message = 'the program threw';
  try {
    if (MEMORY_MESSAGES.includes(error?.message)) kind = 'memory';
    const [name, stack] = [String(error), String(error?.stack ?? '')];
    message = stack.startsWith(name) ? stack : `${name}\n${stack}`;
  } catch {}
  return { kind, message: message.slice(0, MESSAGE_MAX) };
}

/** Makes Math.random give the same numbers in each run (mulberry32, seed 1), so that runs can be repeated. */
export function seedRandom() {
  let state = 1;
  Math.random = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

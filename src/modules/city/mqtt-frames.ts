/**
 * Cuts packets that are too large while they stream in, so that no connection can fill the memory
 * (MQTT 3.1.1, 2.2: type, remaining length of one to four bytes, the rest;
 * https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html). A PUBLISH that is too large goes on cut to
 * `bytesMax`, with its length written anew: it is then refused as any other message that is too large,
 * acknowledged in its place, and the connection lives. Any other packet of that size throws.
 */
export function createFrameCutter(options: { bytesMax: number }) {
  const { bytesMax } = options;
  /** Bytes of the present packet's rest to pass on, and then to drop. */
  let passing = 0;
  let dropping = 0;
  let header: number[] = [];

  /** Reads header bytes from `at`. Returns where the rest begins, or null where the header goes on. */
  const readHeader = (chunk: Buffer, at: number): number | null => {
    for (let place = at; place < chunk.length; place += 1) {
      const byte = chunk[place] ?? 0;
      header.push(byte);
      if (header.length > 1 && byte < 128) return place + 1;
      if (header.length > 4 && byte > 127) throw new Error('a length of more than four bytes');
    }
    return null;
  };

  return (chunk: Buffer): Buffer[] => {
    const pieces: Buffer[] = [];
    let at = 0;
    /** Where bytes begin that go on as they are. */
    let kept = 0;
    while (at < chunk.length) {
      if (passing > 0) {
        const step = Math.min(passing, chunk.length - at);
        passing -= step;
        at += step;
        continue;
      }
      if (dropping > 0) {
        const step = Math.min(dropping, chunk.length - at);
        if (kept < at) pieces.push(chunk.subarray(kept, at));
        dropping -= step;
        at += step;
        kept = at;
        continue;
      }
      const begun = header.length;
      const rest = readHeader(chunk, at);
      if (rest === null) {
        // Held back until the whole header is known.
        if (kept < at) pieces.push(chunk.subarray(kept, at));
        return pieces;
      }
      const [type = 0, ...digits] = header;
      header = [];
      const length = digits.reduceRight((sum, digit) => sum * 128 + (digit & 127), 0);
      const cut = length > bytesMax;
      if (cut && type >> 4 !== 3) throw new Error(`a packet of ${length} bytes`);
      if (cut || begun > 0) {
        if (kept < at) pieces.push(chunk.subarray(kept, at));
        pieces.push(Buffer.from([type, ...(cut ? lengthBytes(bytesMax) : digits)]));
        kept = rest;
      }
      passing = Math.min(length, bytesMax);
      dropping = length - passing;
      at = rest;
    }
    if (kept < chunk.length) pieces.push(chunk.subarray(kept));
    return pieces;
  };
}

function lengthBytes(length: number): number[] {
  const bytes: number[] = [];
  for (let rest = length; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 128);
  }
}

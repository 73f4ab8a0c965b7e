import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createFrameCutter } from './mqtt-frames.ts';

/** The stream that comes out is the one that went in, but for what was too large. */

const bytesMax = 300;

const packet = fc.oneof(
  fc.record({ type: fc.constant(0x32), size: fc.oneof(fc.nat(400), fc.nat(100_000)) }),
  fc.record({ type: fc.constantFrom(0xc0, 0x82), size: fc.nat(bytesMax) }),
);
type Packet = { type: number; size: number };

/** MQTT 3.1.1, 2.2.3: the length in digits of seven bits, the lowest first. */
function bytesOf({ type, size }: Packet): Buffer {
  const digits: number[] = [];
  let rest = size;
  do {
    digits.push((rest % 128) | (rest > 127 ? 128 : 0));
    rest = Math.floor(rest / 128);
  } while (rest > 0);
  return Buffer.concat([Buffer.from([type, ...digits]), Buffer.alloc(size, size % 251)]);
}

function packetsIn(bytes: Buffer): (Packet & { fill: number | undefined })[] {
  const packets: (Packet & { fill: number | undefined })[] = [];
  for (let at = 0; at < bytes.length; ) {
    const type = bytes[at]!;
    let size = 0;
    let shift = 1;
    for (at += 1; ; at += 1, shift *= 128) {
      size += (bytes[at]! & 127) * shift;
      if (bytes[at]! < 128) break;
    }
    const body = bytes.subarray(at + 1, at + 1 + size);
    expect(body.length).toBe(size);
    expect(body.every((byte) => byte === body[0])).toBe(true);
    packets.push({ type, size, fill: body[0] });
    at += 1 + size;
  }
  return packets;
}

it('cuts what is too large, whatever the pieces in which it comes', () => {
  const steps = fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1 });
  fc.assert(
    fc.property(fc.array(packet, { maxLength: 8 }), steps, (list, sizes) => {
      const input = Buffer.concat(list.map(bytesOf));
      const cut = createFrameCutter({ bytesMax });
      const output: Buffer[] = [];
      for (let at = 0, n = 0; at < input.length; n += 1) {
        const step = sizes[n % sizes.length]!;
        output.push(...cut(input.subarray(at, at + step)));
        at += step;
      }
      expect(packetsIn(Buffer.concat(output))).toEqual(
        list.map(({ type, size }) => ({
          ...{ type, size: Math.min(size, bytesMax) },
          fill: size === 0 ? undefined : size % 251,
        })),
      );
    }),
    { numRuns: 300 },
  );
});

it('refuses what is too large and no message, and lengths that are none', () => {
  const subscribe = bytesOf({ type: 0x82, size: bytesMax + 1 });
  expect(() => createFrameCutter({ bytesMax })(subscribe)).toThrow('a packet of 301 bytes');
  const endless = Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x7f]);
  expect(() => createFrameCutter({ bytesMax })(endless)).toThrow('four bytes');
});

import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { createFrameCutter } from './mqtt-frames.ts';

/** A topic has at most 65,535 bytes, and stands with two lengths of two bytes before the payload. */
const BEFORE_PAYLOAD_BYTES_MAX = 65_535 + 4;

/**
 * The socket as the broker sees it: packets that are too large are cut (see mqtt-frames.ts), so that what comes
 * through has at most one byte more of payload than `payloadBytesMax`, or a few thousand.
 */
export function guardConnection(socket: Socket, options: { payloadBytesMax: number }): Duplex {
  const cut = createFrameCutter({
    bytesMax: options.payloadBytesMax + 1 + BEFORE_PAYLOAD_BYTES_MAX,
  });
  const guarded = new Duplex({
    read: () => void socket.resume(),
    write: (chunk: Buffer, _encoding, done) => void socket.write(chunk, done),
    writev(chunks, done) {
      socket.write(Buffer.concat(chunks.map(({ chunk }) => chunk)), done);
    },
    final: (done) => void socket.end(done),
    destroy(error, done) {
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', (chunk: Buffer) => {
    try {
      for (const piece of cut(chunk)) {
        if (!guarded.push(piece)) socket.pause();
      }
    } catch (error) {
      guarded.destroy(error instanceof Error ? error : new Error(String(error)));
    }
  });
  socket.on('end', () => guarded.push(null));
  socket.on('error', (error) => guarded.destroy(error));
  socket.on('close', () => guarded.destroy());
  return guarded;
}

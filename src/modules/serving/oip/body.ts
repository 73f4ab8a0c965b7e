import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import { kernelErrors } from '#kernel/errors.ts';
import { servingErrors } from '../errors.ts';

const unpackers = { gzip: promisify(gunzip), deflate: promisify(inflate) };

/**
 * The whole body, unpacked where it came as gzip or deflate, of at most `bytesMax` bytes on the wire and unpacked. Throws
 * `kernel.too_large`, `serving.request_refused`.
 */
export async function readBody(raw: IncomingMessage, bytesMax: number): Promise<Buffer> {
  const body = await collect(raw, bytesMax);
  const encoding = raw.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return body;
  if (encoding !== 'gzip' && encoding !== 'deflate') {
    throw servingErrors.make.request_refused({ problem: 'a body is plain, gzip or deflate' });
  }
  try {
    return await unpackers[encoding](body, { maxOutputLength: bytesMax });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    if (code === 'ERR_BUFFER_TOO_LARGE') {
      throw kernelErrors.make.too_large({ limitBytes: bytesMax }, { cause: error });
    }
    throw servingErrors.make.request_refused({ problem: `the body is no ${encoding}` });
  }
}

function collect(raw: IncomingMessage, bytesMax: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    raw.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= bytesMax) chunks.push(chunk);
      else {
        reject(kernelErrors.make.too_large({ limitBytes: bytesMax }));
        chunks.length = 0;
        raw.pause();
      }
    });
    raw.once('end', () => {
      const [only] = chunks;
      resolve(chunks.length === 1 && only ? only : Buffer.concat(chunks, length));
    });
    // Every request closes in the end, and an error costs more to make than all the rest here.
    const broken = () => {
      if (raw.readableEnded) return;
      reject(servingErrors.make.request_refused({ problem: 'the body ended too soon' }));
    };
    raw.once('error', broken);
    raw.once('close', broken);
  });
}

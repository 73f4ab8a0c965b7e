import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, openSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { BatchMode, RunEnd, TakenOutput } from './isolation.ts';
import { type ErrorClaim, REPLY_BYTES_MAX, readReply } from './row-protocol.ts';
import { claimEnd, completed } from './run-ends.ts';

/**
 * The batch protocol. The program greets with {"harness":"batch"} and is told {"start":{"options":{…}}}.
 * Then it sends frames of a line {"write":{"name","bytes"}} and that many bytes, which are
 * appended to the output of that name; at last {"done":true} or {"error":{…}}. The platform itself
 * writes the files, so no link, device or pipe that a program makes is ever opened outside.
 */
export type OutputTaker = {
  /** Takes the next bytes. Gives the end of the run where they bring it about. */
  take(bytes: Buffer): RunEnd | null;
  /** Appends to a declared output; the same rules without the frames. */
  append(name: string, bytes: Uint8Array): RunEnd | null;
  /** What the program said of its error, for its own logs. */
  claim(): ErrorClaim | null;
  /** The files, once the run has ended well. */
  outputs(): TakenOutput[];
  /** Closes the files, and removes them unless they are to be kept. */
  close(keep: boolean): void;
};

type OpenOutput = { path: string; descriptor: number; hash: Hash; sizeBytes: number };

export function createOutputTaker(mode: BatchMode, onHarness: () => void): OutputTaker {
  const declared = new Map(mode.outputs.map(({ name, bytesMax }) => [name, bytesMax]));
  const files = new Map<string, OpenOutput>();
  let line = Buffer.alloc(0);
  let frame: { name: string; left: number } | null = null;
  let claimed: ErrorClaim | null = null;
  let greeted = false;

  const append = (name: string, bytes: Uint8Array): RunEnd | null => {
    const refused = check(declared, files.get(name)?.sizeBytes ?? 0, name, bytes.length);
    if (refused) return refused;
    const file = files.get(name) ?? openOutput(mode.outputFolder, name);
    files.set(name, file);
    for (let at = 0; at < bytes.length; ) at += writeSync(file.descriptor, bytes, at);
    file.hash.update(bytes);
    file.sizeBytes += bytes.length;
    return null;
  };

  /** Reads one line from the front; the rest stays. Undefined while the line is not whole. */
  const takeLine = (rest: Buffer): { end: RunEnd | null; rest: Buffer } | undefined => {
    const at = rest.indexOf(10);
    const length = line.length + (at < 0 ? rest.length : at);
    if (length > REPLY_BYTES_MAX) {
      const detail = `The program sent a line of over ${REPLY_BYTES_MAX} bytes.`;
      return { end: { reason: 'protocol_error', detail }, rest };
    }
    line = Buffer.concat([line, at < 0 ? rest : rest.subarray(0, at)]);
    if (at < 0) return undefined;
    const reply = readReply(line.toString());
    line = Buffer.alloc(0);
    const after = rest.subarray(at + 1);
    if (reply.kind === 'harness' && !greeted) {
      greeted = true;
      onHarness();
      return { end: null, rest: after };
    }
    if (reply.kind === 'write') {
      frame = { name: reply.name, left: reply.bytes };
      const sizeBytes = files.get(reply.name)?.sizeBytes ?? 0;
      const refused = check(declared, sizeBytes, reply.name, reply.bytes);
      return { end: refused ?? append(reply.name, Buffer.alloc(0)), rest: after };
    }
    if (reply.kind === 'done') return { end: ended(declared, files), rest: after };
    if (reply.kind === 'error') {
      claimed = reply.claim;
      return { end: claimEnd(reply.claim), rest: after };
    }
    const detail = reply.kind === 'broken' ? reply.detail : 'The program sent no output frame.';
    return { end: { reason: 'protocol_error', detail }, rest: after };
  };

  return {
    append,
    take(bytes) {
      let rest = bytes;
      while (rest.length > 0) {
        if (frame && frame.left > 0) {
          const part = rest.subarray(0, frame.left);
          const refused = append(frame.name, part);
          if (refused) return refused;
          frame.left -= part.length;
          rest = rest.subarray(part.length);
          continue;
        }
        const taken = takeLine(rest);
        if (!taken) return null;
        if (taken.end) return taken.end;
        rest = taken.rest;
      }
      return null;
    },
    claim: () => claimed,
    outputs: () =>
      [...files].map(([name, { path, hash, sizeBytes }]) => {
        return { name, path, sizeBytes, digest: `sha256:${hash.copy().digest('hex')}` };
      }),
    close(keep) {
      for (const { descriptor, path } of files.values()) {
        closeSync(descriptor);
        if (!keep) unlinkSync(path);
      }
    },
  };
}

/** How a batch run ends when its program says that it is done. */
function ended(declared: ReadonlyMap<string, number>, files: ReadonlyMap<string, unknown>): RunEnd {
  const missing = [...declared.keys()].filter((name) => !files.has(name));
  if (missing.length === 0) return completed;
  const detail = `The program wrote no output ${missing.join(', ')}.`;
  return { reason: 'output_missing', detail };
}

function check(
  declared: ReadonlyMap<string, number>,
  sizeBytes: number,
  name: string,
  more: number,
): RunEnd | null {
  const bytesMax = declared.get(name);
  if (bytesMax === undefined) {
    return {
      reason: 'output_refused',
      detail: 'The program wrote an output that is not declared.',
    };
  }
  if (sizeBytes + more <= bytesMax) return null;
  const detail = `The program wrote more than ${bytesMax} bytes to the output ${name}.`;
  return { reason: 'output_too_large', detail };
}

function openOutput(folder: string, name: string): OpenOutput {
  const path = join(folder, name);
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW } = constants;
  const descriptor = openSync(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
  return { path, descriptor, hash: createHash('sha256'), sizeBytes: 0 };
}

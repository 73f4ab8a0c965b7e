import type { BatchMode, RunEnd } from './isolation.ts';
import { createOutputFiles, type OutputFiles } from './output-files.ts';
import { type ErrorClaim, REPLY_BYTES_MAX, readReply } from './row-protocol.ts';
import { claimEnd, completed } from './run-ends.ts';

/**
 * The batch protocol. The program greets with {"harness":"batch"} and is told {"start":{"options":{…}}}.
 * Then it sends frames of a line {"write":{"name","bytes"}} and that many bytes, which are
 * appended to the output of that name; at last {"done":true} or {"error":{…}}. The platform itself
 * writes the files, so no link, device or pipe that a program makes is ever opened outside.
 */
export type OutputTaker = OutputFiles & {
  /** Takes the next bytes. Gives the end of the run where they bring it about. */
  take(bytes: Buffer): RunEnd | null;
  /** What the program said of its error, for its own logs. */
  claim(): ErrorClaim | null;
};

const tooLong: RunEnd = {
  reason: 'protocol_error',
  detail: `The program sent a line of over ${REPLY_BYTES_MAX} bytes.`,
};

export function createOutputTaker(mode: BatchMode, onHarness: () => void): OutputTaker {
  const files = createOutputFiles(mode);
  let line = Buffer.alloc(0);
  let frame: { name: string; left: number } | null = null;
  let claimed: ErrorClaim | null = null;
  let greeted = false;

  const obey = (text: string): RunEnd | null => {
    const reply = readReply(text);
    if (reply.kind === 'harness' && !greeted) {
      greeted = true;
      onHarness();
      return null;
    }
    if (reply.kind === 'write') {
      frame = { name: reply.name, left: reply.bytes };
      return files.refusal(reply.name, reply.bytes) ?? files.append(reply.name, Buffer.alloc(0));
    }
    if (reply.kind === 'done') return doneEnd(files.missing());
    if (reply.kind === 'error') {
      claimed = reply.claim;
      return claimEnd(reply.claim);
    }
    const detail = reply.kind === 'broken' ? reply.detail : 'The program sent no output frame.';
    return { reason: 'protocol_error', detail };
  };

  /** Takes one frame's part or one line's from the front, and gives how long that was. */
  const step = (rest: Buffer): { length: number; end: RunEnd | null } => {
    if (frame && frame.left > 0) {
      const part = rest.subarray(0, frame.left);
      frame.left -= part.length;
      return { length: part.length, end: files.append(frame.name, part) };
    }
    const at = rest.indexOf(10);
    const part = at < 0 ? rest : rest.subarray(0, at);
    if (line.length + part.length > REPLY_BYTES_MAX) return { length: part.length, end: tooLong };
    line = Buffer.concat([line, part]);
    if (at < 0) return { length: part.length, end: null };
    const text = line.toString();
    line = Buffer.alloc(0);
    return { length: at + 1, end: obey(text) };
  };

  return {
    ...files,
    take(bytes) {
      for (let rest = bytes; rest.length > 0; ) {
        const { length, end } = step(rest);
        if (end) return end;
        rest = rest.subarray(length);
      }
      return null;
    },
    claim: () => claimed,
  };
}

/** How a batch run ends when its program says that it is done. */
function doneEnd(missing: readonly string[]): RunEnd {
  if (missing.length === 0) return completed;
  const detail = `The program wrote no output ${missing.join(', ')}.`;
  return { reason: 'output_missing', detail };
}

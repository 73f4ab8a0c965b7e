import type { Readable } from 'node:stream';
import type { IsolationSpec } from './isolation.ts';

/** A flood of output is read at no more than this between two looks at the job. */
const ALLOWANCE_BYTES = 1024 * 1024;
const START_BYTES_MAX = 2_000;

/** Collects what a program prints, and stops at the rule's bound; the rest is read and dropped, slowly. */
export type JobLogs = {
  watch(stream: Readable): void;
  /** From here on the program's own code runs, and what it prints falls under the rule. */
  programStarts(): void;
  hasProgramStarted(): boolean;
  add(text: string): void;
  /** Lets the next part of a flood through. */
  tick(): void;
  /** What was printed before the program's own code ran: the words of the isolation itself. */
  startText(): string;
  result(): { text: string; truncated: boolean } | undefined;
};

export function createJobLogs({ rule, bytesMax }: IsolationSpec['logs']): JobLogs {
  const streams: Readable[] = [];
  const parts: Buffer[] = [];
  let size = 0;
  let allowance = ALLOWANCE_BYTES;
  let truncated = false;
  let started = false;
  let startText = '';
  const keep = (bytes: Buffer) => {
    const part = bytes.subarray(0, bytesMax - size);
    if (part.length < bytes.length) truncated = true;
    if (part.length > 0) parts.push(part);
    size += part.length;
  };
  const take = (bytes: Buffer) => {
    allowance -= bytes.length;
    if (allowance <= 0) for (const stream of streams) stream.pause();
    if (!started) {
      startText = `${startText}${bytes}`.slice(0, START_BYTES_MAX);
    } else if (rule === 'full') keep(bytes);
  };
  return {
    watch(stream) {
      streams.push(stream);
      stream.on('data', take);
      stream.on('error', () => {});
    },
    programStarts() {
      started = true;
    },
    hasProgramStarted: () => started,
    add(text) {
      if (rule === 'full') keep(Buffer.from(text));
    },
    tick() {
      allowance = ALLOWANCE_BYTES;
      for (const stream of streams) stream.resume();
    },
    startText: () => startText,
    result: () =>
      rule === 'full' ? { text: Buffer.concat(parts).toString(), truncated } : undefined,
  };
}

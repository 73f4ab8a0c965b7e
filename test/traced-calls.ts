/** What a program did on disk and on its sockets, read from what strace wrote about it. */
export type TracedCall = {
  /** Seconds since 1970. */
  time: number;
  process: string;
  name: string;
  /** Arguments as strace prints them, file descriptors with their paths (`-yy`). */
  text: string;
};

/** Prints paths of descriptors, whole seconds with fractions, and 400 characters of what is written. */
export const straceWords = ['strace', '-f', '-qq', '-ttt', '-yy', '-s', '400', '-e'] as const;

const LINE = /^(?:\[pid +)?(\d+)\]? +(\d+\.\d+) (.*)$/;

/**
 * The calls in the order that proves something: a write where it began, anything else where it was done.
 * Calls that failed are left out.
 */
export function readTrace(trace: string): TracedCall[] {
  const calls: TracedCall[] = [];
  const begun = new Map<string, string>();
  for (const line of trace.split('\n')) {
    const [, process = '', seconds, rest = ''] = LINE.exec(line) ?? [];
    const time = Number(seconds);
    const resumed = /^<\.\.\. (\w+) resumed>(.*)$/.exec(rest);
    if (resumed) {
      const [, name = '', end = ''] = resumed;
      const text = `${begun.get(process) ?? ''}${end}`;
      if (!isWrite(name) && !/= -1 /.test(end)) calls.push({ time, process, name, text });
      continue;
    }
    const [, name = '', text = ''] = /^(\w+)\((.*)$/.exec(rest) ?? [];
    if (name === '') continue;
    const isUnfinished = text.endsWith('<unfinished ...>');
    if (isUnfinished) begun.set(process, text.replace(' <unfinished ...>', ''));
    if (isWrite(name) || (!isUnfinished && !/= -1 /.test(text))) {
      calls.push({ time, process, name, text });
    }
  }
  return calls;
}

const isWrite = (name: string) => /^(write|writev|sendto|sendmsg)$/.test(name);

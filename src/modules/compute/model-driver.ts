import { Readable, Writable } from 'node:stream';
import type { Driver } from './bubblewrap-drivers.ts';
import type { FramesMode } from './isolation.ts';

/** Frames over the streams that Node.js opens for a child; what they say is the caller's affair. */
export function driveFrames(mode: FramesMode): Driver {
  return {
    programEnds: ['pipe', 'pipe'],
    progress: null,
    core: null,
    started() {},
    async drive(child, { logs }) {
      const [, , , input, output] = child.stdio;
      if (!(input instanceof Writable) || !(output instanceof Readable)) return;
      input.on('error', () => {});
      output.on('error', () => {});
      output.once('data', logs.programStarts);
      mode.onOpen({ input, output });
      await new Promise<void>((resolve) => {
        output.once('close', resolve);
      });
    },
    outputs: () => [],
    close: async () => {},
  };
}

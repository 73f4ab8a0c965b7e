import { type ChildProcess, spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Log } from '#kernel/log.ts';
import { pause, type Service } from '#kernel/service.ts';

const START_MILLISECONDS_MAX = 60_000;
const RESTART_MILLISECONDS = 1_000;

export type WitnessProcess = { url: string; vkey: string; service: Service };

/**
 * Starts the default witness: a process with a key and a folder of its own, which sees of the platform only
 * what anybody sees. It is started again on the same port when it ends. A witness that an outside party
 * runs is worth more; see `PlatformOptions.witness`.
 */
export async function startWitnessProcess(options: {
  folder: string;
  logKey: string;
  log: Log;
}): Promise<WitnessProcess> {
  let child = launch(options, 0);
  const { url, vkey } = await readReady(child);
  const port = Number(new URL(url).port);
  return {
    url,
    vkey,
    service: {
      name: 'witness',
      async run(signal) {
        signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
        while (!signal.aborted) {
          if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
          if (signal.aborted) return;
          options.log.warn({ code: child.exitCode }, 'the witness ended and is started again');
          await pause(RESTART_MILLISECONDS, signal);
          child = launch(options, port);
          await readReady(child);
        }
      },
    },
  };
}

function launch(options: { folder: string; logKey: string }, port: number): ChildProcess {
  const program = new URL('./witness.ts', import.meta.url).pathname;
  const folder = join(options.folder, 'witness');
  return spawn(
    process.execPath,
    [program, '--with-parent', '--data', folder, '--port', `${port}`, '--log', options.logKey],
    { stdio: ['pipe', 'pipe', 'inherit'], env: {} },
  );
}

/** Its first two lines: the public key, and `listening at <address>`. Rejects if it ends before. */
async function readReady(child: ChildProcess): Promise<{ url: string; vkey: string }> {
  const output = child.stdout;
  if (!output) throw new Error('the witness has no output');
  const ended = new AbortController();
  const end = () => ended.abort(new Error('the witness ended as soon as it was started'));
  child.once('exit', end).once('error', end);
  const limit = AbortSignal.any([AbortSignal.timeout(START_MILLISECONDS_MAX), ended.signal]);
  const lines: string[] = [];
  try {
    for await (const [line] of on(createInterface({ input: output }), 'line', { signal: limit })) {
      lines.push(String(line));
      if (lines.length === 2) break;
    }
  } catch (error) {
    child.kill('SIGKILL');
    throw limit.aborted ? limit.reason : error;
  }
  const [vkey = '', listening = ''] = lines;
  output.resume();
  return { vkey, url: listening.replace('listening at ', '') };
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** `touyan` as the process that it is for its users. */
export type TouyanProcess = {
  child: ChildProcess;
  /** Everything that it wrote so far. */
  out(): string;
  err(): string;
  /** Resolves once its output matches; rejects with that output if it ends before. */
  said(pattern: RegExp): Promise<RegExpExecArray>;
  /** Ends it at once, as the loss of its machine would. */
  kill(): Promise<void>;
  /** Asks it to end, and gives its exit status. */
  stop(): Promise<number | null>;
  ended: Promise<number | null>;
};

type Options = {
  /** Through `bin/touyan.mjs`, as an installed command runs; a signal then reaches the wrapper first. */
  throughBin?: boolean;
  environment?: Record<string, string>;
  /** A program and its arguments that run it, such as a tracer. */
  under?: readonly string[];
  cwd?: string;
};

const pathOf = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

export function startTouyan(argv: readonly string[], options: Options = {}): TouyanProcess {
  const program = pathOf(options.throughBin ? 'bin/touyan.mjs' : 'src/apps/cli.ts');
  const [first = '', ...rest] = [...(options.under ?? []), process.execPath, program, ...argv];
  const { DATABASE_URL: _, ...environment } = process.env;
  const child = spawn(first, rest, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Many run at once: each takes a free port for MQTT.
    env: { CITY_MQTT_PORT: '0', ...environment, ...options.environment },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (part) => {
    text.out += part;
  });
  child.stderr.setEncoding('utf8').on('data', (part) => {
    text.err += part;
  });
  const ended = once(child, 'close').then(([code]: (number | null)[]) => code ?? null);
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return {
    child,
    out: () => text.out,
    err: () => text.err,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const match = pattern.exec(text.out);
          if (match) resolve(match);
        };
        child.stdout.on('data', look);
        look();
        ended.then((code) =>
          reject(new Error(`ended with ${code} before ${pattern}:\n${text.out}\n${text.err}`)),
        );
      }),
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
    ended,
  };
}

/** Runs a command to its end. */
export async function runTouyan(argv: readonly string[], options: Options = {}) {
  const running = startTouyan(argv, options);
  const code = await running.ended;
  return { code, out: running.out(), err: running.err() };
}

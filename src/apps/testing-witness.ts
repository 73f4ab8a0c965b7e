import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The witness as the process that it is in production, for tests. */
export type WitnessProcess = {
  vkey: string;
  address: string;
  /** Ends it at once, as a power cut would. */
  kill(): Promise<void>;
  /** Asks it to end; resolves to its exit status. */
  stop(): Promise<number | null>;
};

const program = fileURLToPath(new URL('./witness.ts', import.meta.url));

export async function startWitnessProcess(options: {
  data: string;
  logs: readonly string[];
  port?: number;
  name?: string;
}): Promise<WitnessProcess> {
  const { data, logs, port = 0, name = 'witness.test.example' } = options;
  const words = ['--data', data, '--name', name, '--port', String(port)];
  for (const log of logs) words.push('--log', log);
  const child = spawn(process.execPath, [program, ...words], { stdio: ['ignore', 'pipe', 'pipe'] });
  const [vkey = '', address = ''] = await readStart(child);
  const end = async (signal: 'SIGKILL' | 'SIGTERM') => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    child.kill(signal);
    await once(child, 'exit');
    return child.exitCode;
  };
  return {
    vkey,
    address,
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}

async function readStart(child: ChildProcess): Promise<string[]> {
  let out = '';
  let problem = '';
  child.stderr?.on('data', (part) => {
    problem += part;
  });
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`the witness did not start: ${problem}`)));
    child.stdout?.on('data', (part) => {
      out += part;
      const match = /^(.+)\nlistening at (.+)\n/.exec(out);
      if (match) resolve(match.slice(1));
    });
  });
}

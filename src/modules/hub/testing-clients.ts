import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A folder with these packages from PyPI or npm, which later runs find again; null, said on the console, where
 * they cannot be installed.
 */
export function installClient(kind: 'python' | 'npm', packages: readonly string[]): string | null {
  const base = existsSync(homedir()) ? join(homedir(), '.cache') : tmpdir();
  const name = packages.join('-').replace(/[^\w.]+/g, '-');
  const folder = join(base, `touyan-test-${kind}-${name}`);
  const mark = join(folder, 'ready');
  if (existsSync(mark)) return folder;
  mkdirSync(folder, { recursive: true });
  const python = join(folder, 'bin', 'python');
  const steps =
    kind === 'python'
      ? [
          ['python3', '-m', 'venv', '--clear', folder],
          [python, '-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages],
        ]
      : [
          ['npm', 'init', '--yes'],
          ['npm', 'install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages],
        ];
  const failed = steps.find(
    ([command = '', ...argv]) =>
      spawnSync(command, argv, { cwd: folder, stdio: 'ignore' }).status !== 0,
  );
  if (failed) {
    console.warn(`LEFT OUT: ${packages.join(', ')} cannot be installed: no such client has asked.`);
    return null;
  }
  writeFileSync(mark, '');
  return folder;
}

/** Runs a script of `fixtures/` with an interpreter, JSON on its standard input; gives all that it said. */
export async function runClient(
  interpreter: string,
  script: string,
  input: object,
): Promise<{ status: number | null; said: string }> {
  const path = fileURLToPath(new URL(`./fixtures/${script}`, import.meta.url));
  const child = spawn(interpreter, [path], { stdio: ['pipe', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text) => {
      said += text;
    });
  }
  child.stdin.end(JSON.stringify(input));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { status, said };
}

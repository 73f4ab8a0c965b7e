#!/usr/bin/env node
// Runs the command under the Node 24 that was installed with the package: the system's may be older.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAJOR_MIN = 24;

function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= MAJOR_MIN) return process.execPath;
  const require = createRequire(import.meta.url);
  const name = `node-${process.platform}-${process.arch}`;
  try {
    const file = join(dirname(require.resolve(`${name}/package.json`)), 'bin', 'node');
    if (existsSync(file)) return file;
  } catch {}
  console.error(`touyan needs Node.js ${MAJOR_MIN} or newer, and none came with the package for
${process.platform} ${process.arch}. Install it from https://nodejs.org and try again.`);
  process.exit(7);
}

const cli = fileURLToPath(new URL('../src/apps/cli.ts', import.meta.url));
const child = spawn(findNode(), [cli, ...process.argv.slice(2)], { stdio: 'inherit' });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  if (signal) process.kill(process.pid, signal);
  else process.exit(code ?? 1);
});

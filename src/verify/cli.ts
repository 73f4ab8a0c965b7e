#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import process from 'node:process';
import { runVerify } from './run-verify.ts';

// Node 20 warns that Ed25519 in Web Crypto is experimental; the warning would stand in every
// report.
process.removeAllListeners('warning');
process.exitCode = await runVerify(process.argv.slice(2), {
  readFile,
  out: (text) => process.stdout.write(text),
  err: (text) => process.stderr.write(text),
});

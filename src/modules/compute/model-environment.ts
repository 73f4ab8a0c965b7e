import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { OpenedIsolation } from './environments.ts';
import { digestOf } from './runtime.ts';

/**
 * Names what models and task programs run in here: `sha256:<hex>` over Node.js and the isolation, as jobs name them, the version of
 * ONNX Runtime, and the kind of machine, by which sums of floating-point numbers may differ in their last digits. Null where
 * this host has no environment for them.
 */
export async function modelEnvironmentDigest({
  environments,
}: Pick<OpenedIsolation, 'environments'>): Promise<string | null> {
  const node = environments.find(({ name }) => name === 'javascript');
  if (!node) return null;
  const about = createRequire(import.meta.url).resolve('onnxruntime-node/package.json');
  const { version: onnxruntime }: { version: string } = JSON.parse(await readFile(about, 'utf8'));
  const { platform, arch } = process;
  return digestOf({ node: node.digest, onnxruntime, platform, arch });
}

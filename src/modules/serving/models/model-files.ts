import { createReadStream } from 'node:fs';
import { posix } from 'node:path';
import type { Blobs } from '#kernel/blobs.ts';
import { servingErrors } from '../errors.ts';

type RevisionFile = { path: string; digest: string; sizeBytes: number };
export type ModelFiles = {
  /** By their paths from the folder of the model; the model is the first. */
  files: { path: string; digest: string }[];
  sizeBytes: number;
};

/** ModelProto begins with the field `ir_version`, a number: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto. */
const FIRST_BYTE = 0x08;
const FILES_MAX = 1_000;
const CHUNK_BYTES = 4 * 1024 * 1024;

/**
 * What a model needs of its revision: itself, and those files below its folder which it names, since tensors kept outside of
 * a model stand in it with their path (`TensorProto.external_data`). Throws `serving.not_a_model`.
 */
export async function findModelFiles(
  revision: readonly RevisionFile[],
  path: string,
  { blobs, bytesMax }: { blobs: Blobs; bytesMax: number },
): Promise<ModelFiles> {
  const refuse = (problem: string) => servingErrors.make.not_a_model({ path, problem });
  const model = revision.find((file) => file.path === path);
  if (!model) throw refuse('there is no such file');
  if (!path.toLowerCase().endsWith('.onnx')) throw refuse('its name does not end in .onnx');
  const folder = posix.dirname(path) === '.' ? '' : `${posix.dirname(path)}/`;
  const others = revision.filter(
    (file) => file !== model && file.path.startsWith(folder) && !file.path.endsWith('.onnx'),
  );
  const named = await namedIn(
    await blobs.path(model.digest),
    others.slice(0, FILES_MAX).map((file) => file.path.slice(folder.length)),
  );
  if (named === null) throw refuse('its bytes are not those of one');
  const used = [model, ...others.filter((file) => named.has(file.path.slice(folder.length)))];
  const sizeBytes = used.reduce((sum, file) => sum + file.sizeBytes, 0);
  if (sizeBytes > bytesMax) throw refuse(`it has ${sizeBytes} bytes, over ${bytesMax}`);
  const files = used.map((file) => {
    return { path: file.path.slice(folder.length), digest: file.digest };
  });
  return { files, sizeBytes };
}

/** Those of the paths that stand in the file; null where it is no model. Reads it once, in pieces. */
async function namedIn(file: string, paths: readonly string[]): Promise<Set<string> | null> {
  const named = new Set<string>();
  const wanted = paths.map((path) => ({ path, bytes: Buffer.from(path) }));
  const overlap = Math.max(0, ...wanted.map(({ bytes }) => bytes.length));
  let before = Buffer.alloc(0);
  let first = true;
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES })) {
    if (first && chunk[0] !== FIRST_BYTE) return null;
    first = false;
    const part = Buffer.concat([before, chunk]);
    for (const { path, bytes } of wanted) if (part.includes(bytes)) named.add(path);
    before = Buffer.from(part.subarray(Math.max(0, part.length - overlap)));
  }
  return first ? null : named;
}

import { createReadStream } from 'node:fs';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { Readable } from 'node:stream';
import { createClient } from '#kernel/client.ts';
import { categories } from '#kernel/errors.ts';
import type { Connection } from './cli-connection.ts';
import { contracts } from './contracts.ts';

/** A file to publish: a path inside the revision, and its bytes or where they are. */
export type LocalFile = { path: string; source: string | Uint8Array };

/** Every file below a folder, without dot files, in the order of their paths. */
export async function filesBelow(folder: string): Promise<LocalFile[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((source) => ({ path: relative(folder, source).split(sep).join('/'), source }))
    .filter(({ path }) => !path.split('/').some((part) => part.startsWith('.')))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Uploads files one after the other and publishes them as one revision. */
export async function publishFiles(
  connection: Connection,
  input: { repositoryId: string; files: readonly LocalFile[]; message: string },
  onFile: (path: string, sizeBytes: number) => void = () => {},
) {
  const files: { path: string; digest: string }[] = [];
  for (const { path, source } of input.files) {
    const stored = await uploadFile(connection, input.repositoryId, source);
    files.push({ path, digest: stored.digest });
    onFile(path, stored.sizeBytes);
  }
  const { repositoryId, message } = input;
  return createClient(contracts, connection).hub.publishRevision({ repositoryId, files, message });
}

async function uploadFile(
  connection: Connection,
  repositoryId: string,
  source: string | Uint8Array,
): Promise<{ digest: string; sizeBytes: number }> {
  const address = `${connection.address}/api/v1/hub/repositories/${repositoryId}/uploads/any`;
  const body =
    typeof source === 'string'
      ? Readable.toWeb(createReadStream(source))
      : new Blob([source.slice()]);
  const response = await fetch(address, {
    method: 'PUT',
    headers: { ...connection.headers, 'content-type': 'application/octet-stream' },
    body: body as BodyInit,
    duplex: 'half',
  } as RequestInit);
  if (!response.ok) throw await failureFrom(response);
  return response.json();
}

/** Fetches every file of a revision into a folder. */
export async function downloadRevision(
  connection: Connection,
  input: { repositoryId: string; revision: string; folder: string },
  onFile: (path: string) => void,
): Promise<number> {
  const client = createClient(contracts, connection);
  const { repositoryId, revision, folder } = input;
  let cursor: string | undefined;
  let count = 0;
  do {
    const page = await client.hub.listFiles({
      repositoryId,
      revisionDigest: revision,
      limit: 100,
      ...(cursor ? { cursor } : {}),
    });
    for (const { path } of page.items) {
      const steps = path.split('/').map(encodeURIComponent).join('/');
      const address = `${connection.address}/api/v1/hub/repositories/${repositoryId}/revisions/${revision}/files/${steps}`;
      const response = await fetch(address, { headers: connection.headers });
      if (!response.ok || !response.body) throw await failureFrom(response);
      const target = join(folder, path);
      await mkdir(dirname(target), { recursive: true });
      await writeFile(target, Readable.fromWeb(response.body as never));
      onFile(path);
      count += 1;
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  return count;
}

/** An error answer of a door as an Error that carries its code; see the kernel's `FailureBody`. */
export async function failureFrom(response: Response): Promise<Error> {
  const text = await response.text();
  try {
    const { code, message }: { code: string; message: string } = JSON.parse(text);
    return Object.assign(new Error(`${message} [${code}]`), { status: response.status });
  } catch {
    const known = Object.entries(categories).find(([, { http }]) => http === response.status);
    return new Error(`${known?.[0] ?? 'unexpected answer'} (${response.status})`);
  }
}

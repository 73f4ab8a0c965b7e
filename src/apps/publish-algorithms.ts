import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Algorithm } from '#algorithms/catalogue.ts';
import { createClient } from '#kernel/client.ts';
import type { Words } from '#kernel/entities.ts';
import { Failure } from '#kernel/errors.ts';
import type { Connection } from './cli-connection.ts';
import { contracts } from './contracts.ts';
import { fetchWheel } from './fetch-wheel.ts';
import { filesBelow, type LocalFile, publishFiles } from './hub-files.ts';

/** What `npm run build` makes of the folder `algorithms`. */
const built = fileURLToPath(new URL('../../dist/algorithms/', import.meta.url));

export type PublishedAlgorithm = {
  name: string;
  repositoryId: string;
  revisionDigest: string;
  suiteRepositoryId: string;
  trialId: string;
  /** Whether anything was new. */
  changed: boolean;
};

type Client = ReturnType<typeof createClient<typeof contracts>>;
type Described = Parameters<Client['hub']['createRepository']>[0];
type Suite = { name: Words; source: string; licence: string };

/** Whether the build has made it. */
export function isBuilt(name: string): boolean {
  return existsSync(join(built, name, 'main.mjs'));
}

/**
 * Publishes an algorithm that ships for an owner: its repository, that of its suite, and a trial of it, each found again by
 * its name, so that to do it twice changes nothing. Throws `algorithms.not_built`, what `fetchWheel` throws, and what the
 * platform answers.
 */
export async function publishAlgorithm(
  connection: Connection,
  input: { algorithm: Algorithm; ownerId: string; cache: string },
  tell: (detail: string) => void = () => {},
): Promise<PublishedAlgorithm> {
  const { algorithm, ownerId, cache } = input;
  const { name, title, summary, sector, tags } = algorithm;
  if (!isBuilt(name)) throw notBuilt(name);
  const folder = join(built, name);
  const card = await readCard(join(folder, 'README.md'));
  const suite: Suite = JSON.parse(await readFile(join(folder, 'suite', 'suite.json'), 'utf8'));
  const all = await filesBelow(folder);
  const own = all.filter(({ path }) => !path.startsWith('suite/'));
  if (algorithm.fetched) tell(`${algorithm.fetched.package} ${algorithm.fetched.version}`);
  const fetched = algorithm.fetched ? await fetchWheel(algorithm.fetched, cache) : [];
  const described = { ownerId, audience: 'public', sector, task: card.task } as const;
  const program = await publish(
    connection,
    {
      ...described,
      kind: 'algorithm',
      name,
      title,
      summary,
      tags: [...tags],
      licence: card.licence,
    },
    [...own, ...fetched],
    tell,
  );
  const measured = await publish(
    connection,
    {
      ...{ ...described, kind: 'dataset', name: `${name}-suite`, title: suite.name },
      ...{ summary: suiteSummary(title), tags: ['suite'], licence: suite.licence },
    },
    [suiteCard(suite, card.task), ...below(all, 'suite/')],
    tell,
  );
  const { serving } = createClient(contracts, connection);
  const { repositoryId, revisionDigest } = program;
  const listed = await serving.listTrials({ repositoryId, limit: 100 });
  const isNew = !listed.items.some((trial) => isSame(trial, revisionDigest));
  const { trialId } = await serving.createTrial({
    ...{ repositoryId, revisionDigest, path: 'task.json', name },
  });
  const changed = program.created || measured.created || isNew;
  const suiteRepositoryId = measured.repositoryId;
  return { name, repositoryId, revisionDigest, suiteRepositoryId, trialId, changed };
}

function isSame(trial: { revisionDigest: string; path: string; state: string }, digest: string) {
  return trial.revisionDigest === digest && trial.path === 'task.json' && trial.state !== 'ended';
}

async function publish(
  connection: Connection,
  repository: Described,
  files: readonly LocalFile[],
  tell: (detail: string) => void,
) {
  const { hub } = createClient(contracts, connection);
  const { ownerId, kind, name } = repository;
  const listed = await hub.listRepositories({ ownerId, kind, q: name, limit: 100 });
  const found = listed.items.find((item) => item.name === name);
  const { id: repositoryId } = found ?? (await hub.createRepository(repository));
  const head = found && (await headWith(connection, repositoryId, files));
  if (head) return { repositoryId, revisionDigest: head, created: false };
  const message = 'touyan algorithms publish';
  const { revision, created } = await publishFiles(
    connection,
    { repositoryId, files, message },
    (path, sizeBytes) => tell(`${name}  ${path}  ${sizeBytes} bytes`),
  );
  return { repositoryId, revisionDigest: revision.revisionDigest, created };
}

/** The latest revision where it has these very files, so that nothing need be sent; else null. */
async function headWith(
  connection: Connection,
  repositoryId: string,
  files: readonly LocalFile[],
): Promise<string | null> {
  const { hub } = createClient(contracts, connection);
  const { head } = await hub.getRepository({ repositoryId });
  if (head?.filesCount !== files.length) return null;
  const digests = new Map<string, string>();
  for (const { path, source } of files) {
    const bytes = typeof source === 'string' ? await readFile(source) : source;
    digests.set(path, `sha256:${createHash('sha256').update(bytes).digest('hex')}`);
  }
  const { revisionDigest } = head;
  let cursor: string | undefined;
  do {
    const more = cursor === undefined ? {} : { cursor };
    const page = await hub.listFiles({ repositoryId, revisionDigest, limit: 100, ...more });
    if (page.items.some(({ path, digest }) => digests.get(path) !== digest)) return null;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return revisionDigest;
}

/** The files below a folder, by their paths from there. */
function below(files: readonly LocalFile[], folder: string): LocalFile[] {
  return files
    .filter(({ path }) => path.startsWith(folder))
    .map(({ path, source }) => ({ path: path.slice(folder.length), source }));
}

function suiteSummary(title: Words): Words {
  return {
    zh: `用来测评“${title.zh}”一类算法的测试集。`,
    en: `What algorithms such as “${title.en}” are measured with.`,
  };
}

/** The card of a suite says what its suite.json does. */
function suiteCard({ name, source, licence }: Suite, task: string): LocalFile {
  const text = `---
license: ${licence.toLowerCase()}
task_categories: [${task}]
tags: [suite]
---

# ${name.zh}

${source}

# ${name.en}

${source}
`;
  return { path: 'README.md', source: Buffer.from(text) };
}

async function readCard(path: string): Promise<{ licence: string; task: string }> {
  const text = await readFile(path, 'utf8');
  const card: { license: string; task: string } = parse(text.split('---\n')[1] ?? '');
  return { licence: card.license, task: card.task };
}

function notBuilt(name: string): Failure {
  const message = `The algorithm ${name} is not built. Run 'npm run build' once, then publish it again.`;
  return new Failure('algorithms.not_built', 'missing', message, { name });
}

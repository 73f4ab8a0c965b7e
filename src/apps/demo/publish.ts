import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { prepareSpans } from '#examples/sensor-anomaly/prepare.ts';
import { preparationSeed } from '#examples/sensor-anomaly/settings.ts';
import type { Words } from '#kernel/entities.ts';
import { filesBelow, type LocalFile, publishFiles } from '../hub-files.ts';
import type { Actor } from './actor.ts';

/** What the main job works on, published through the hub's doors; found again where it is there. */

const example = new URL('../../../examples/sensor-anomaly/', import.meta.url).pathname;

export type Published = { repositoryId: string; revisionDigest: string };
export type ProgramCard = { title: Words; summary: Words; entry: string; runtime: string };

type Repository = {
  ownerId: string;
  name: string;
  kind: 'algorithm' | 'dataset' | 'program';
  audience: 'owner' | 'members' | 'public';
  title: Words;
  summary: Words;
  task?: string;
};

/** The repository of that name, created if need be, with the files as its latest revision. */
export async function publish(
  actor: Actor,
  repository: Repository,
  files: readonly LocalFile[],
): Promise<Published> {
  const { client, connection } = actor;
  const { ownerId, name, kind, audience } = repository;
  const listed = await client.hub.listRepositories({ ownerId, kind, q: name, limit: 100 });
  const found = listed.items.find((item) => item.name === name);
  const { id: repositoryId } =
    found ??
    (await client.hub.createRepository({
      ...repository,
      licence: 'Apache-2.0',
      sector: 'environment',
      task: repository.task ?? null,
      audience,
    }));
  const { revision } = await publishFiles(connection, {
    repositoryId,
    files,
    message: '演示：首次发布 / demonstration: first publication',
  });
  return { repositoryId, revisionDigest: revision.revisionDigest };
}

/** The recording cut into its spans, as files of three datasets. */
export async function publishData(owner: Actor, ownerId: string) {
  const csv = await readFile(join(example, 'data', 'multi-hop.csv'), 'utf8');
  const citation = await readFile(join(example, 'data', 'CITATION.md'));
  const spans = prepareSpans(csv, preparationSeed);
  const dataset = (span: 'public' | 'hidden', title: Words, summary: Words) =>
    publish(
      owner,
      {
        ownerId,
        name: `sensor-anomaly-${span}`,
        kind: 'dataset',
        audience: span === 'public' ? 'public' : 'owner',
        title,
        summary,
        task: 'anomaly-detection',
      },
      [
        { path: 'features.csv', source: Buffer.from(spans[span].features) },
        { path: 'labels.csv', source: Buffer.from(spans[span].labels) },
        { path: 'CITATION.md', source: citation },
      ],
    );
  const publicData = await dataset(
    'public',
    { zh: '环境传感器读数（公开段）', en: 'Environment sensor readings (public span)' },
    {
      zh: '实测读数，故障为注入；可下载。',
      en: 'Recorded readings with injected faults; free to download.',
    },
  );
  const hiddenData = await dataset(
    'hidden',
    { zh: '环境传感器读数（保密段）', en: 'Environment sensor readings (hidden span)' },
    { zh: '只在隔离作业中使用，不外传。', en: 'Used in isolated jobs only; it does not leave.' },
  );
  return { publicData, hiddenData, labels: spans.hidden.labels };
}

export async function publishScorer(owner: Actor, ownerId: string): Promise<Published> {
  const source = await readFile(join(example, 'scorer', 'main.mjs'));
  return publish(
    owner,
    {
      ownerId,
      name: 'event-f1-scorer',
      kind: 'program',
      audience: 'public',
      title: { zh: '事件级 F1 评分程序', en: 'Event-wise F1 scorer' },
      summary: { zh: '按事件与时限计分。', en: 'Scores by events within a latency bound.' },
    },
    [{ path: 'main.mjs', source }],
  );
}

/** One of the shipped methods, with its card. */
export async function publishProgram(actor: Actor, ownerId: string, name: string) {
  const folder = join(example, 'programs', name);
  const card = await readCard(folder);
  const files = (await filesBelow(folder)).map(({ path, source }) => ({
    path: path === 'card.md' ? 'README.md' : path,
    source,
  }));
  const published = await publish(
    actor,
    {
      ownerId,
      name,
      kind: 'algorithm',
      audience: 'public',
      title: card.title,
      summary: card.summary,
      task: 'anomaly-detection',
    },
    files,
  );
  return { ...published, entry: card.entry, title: card.title };
}

export async function programRuntimes(): Promise<Map<string, string>> {
  const names = await readdir(join(example, 'programs'));
  const cards = await Promise.all(
    names.map(async (name) => [name, await readCard(join(example, 'programs', name))] as const),
  );
  return new Map(cards.map(([name, card]) => [name, card.runtime]));
}

export async function readCallText(name: 'page' | 'rules'): Promise<Words> {
  const text = (language: string) =>
    readFile(join(example, 'call', `${name}.${language}.md`), 'utf8');
  return { zh: await text('zh'), en: await text('en') };
}

async function readCard(folder: string): Promise<ProgramCard> {
  const text = await readFile(join(folder, 'card.md'), 'utf8');
  const card: ProgramCard = parse(text.split('---\n')[1] ?? '');
  return card;
}

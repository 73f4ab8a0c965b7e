import { parse } from 'yaml';
import * as z from 'zod';
import { kernelErrors } from '#kernel/errors.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import type { hubContract } from './contract.ts';
import type { Card, Claim } from './entities.ts';
import { hubErrors } from './errors.ts';
import * as store from './store.ts';

type ListClaims = Handlers<(typeof hubContract)['operations']>['listClaims'];

/** Where results stand beside the card (`EVAL_RESULTS_FOLDER` of huggingface_hub). */
export const RESULTS_FOLDER = '.eval_results/';
const RESULTS_FILES_MAX = 20;
const RESULTS_BYTES_MAX = 65_536;
const CLAIMS_MAX = 500;
const ALIASES_MAX = 20;

const text = z.coerce.string().transform((value) => value.slice(0, 200));
const value = z.union([z.number(), z.string().max(200)]);

const inCard = z.array(
  z.object({
    results: z.array(
      z.object({
        task: z.object({ type: text, name: text.optional() }).optional().catch(undefined),
        dataset: z.object({ type: text.optional(), name: text.optional() }),
        metrics: z.array(z.object({ type: text, name: text.optional(), value })),
      }),
    ),
  }),
);

const inFile = z.array(
  z.object({
    dataset: z.object({ id: text, task_id: text.optional() }),
    value,
    date: text.optional(),
    source: z.object({ url: text, name: text.optional() }).optional().catch(undefined),
  }),
);

/** Results that a card claims in its `model-index`; what does not fit is left out. */
export function claimsInCard(metadata: Card['metadata']): Claim[] {
  const models = eachOf(inCard, metadata['model-index']);
  return models
    .flatMap(({ results }) => results)
    .flatMap(({ task, dataset, metrics }) =>
      metrics.map((metric) => ({
        task: task?.name ?? task?.type ?? null,
        dataset: dataset.name ?? dataset.type ?? '',
        metric: metric.name ?? metric.type,
        value: metric.value,
        ...{ date: null, source: null, where: 'model-index' },
      })),
    )
    .slice(0, CLAIMS_MAX);
}

/** Results in a file of `.eval_results/`, in the form of huggingface/hub-docs `eval_results.yaml`. */
export function claimsInFile(path: string, yaml: string): Claim[] {
  let read: unknown;
  try {
    read = parse(yaml, { schema: 'core', maxAliasCount: ALIASES_MAX, logLevel: 'silent' });
  } catch {
    return [];
  }
  return eachOf(inFile, read)
    .map(({ dataset, value: result, date, source }) => ({
      task: dataset.task_id ?? null,
      ...{ dataset: dataset.id, metric: '', value: result, date: date ?? null, where: path },
      source: source && /^https?:\/\//.test(source.url) ? source.url : null,
    }))
    .slice(0, CLAIMS_MAX);
}

/** Every element that fits. */
function eachOf<Element extends z.ZodType>(list: z.ZodArray<Element>, from: unknown) {
  if (!Array.isArray(from)) return [];
  return from.slice(0, CLAIMS_MAX).flatMap((each) => {
    const parsed = list.element.safeParse(each);
    return parsed.success ? [parsed.data] : [];
  });
}

/** What the publisher claims of a revision. Nothing of it was measured here. */
export function createListClaims({ db, blobs }: Kernel): ListClaims {
  return async ({ repositoryId, revisionDigest, cursor, limit }) => {
    const revision = await store.readRevision(db.read, repositoryId, revisionDigest);
    if (!revision) throw hubErrors.make.revision_missing({ revisionDigest });
    const ref = { repositoryId, revisionDigest };
    const within = { under: RESULTS_FOLDER, afterPath: null, limit: RESULTS_FILES_MAX };
    const { files } = await store.listFiles(db.read, ref, within);
    const claims = claimsInCard(revision.card?.metadata ?? {});
    for (const file of files) {
      if (!/\.ya?ml$/.test(file.path) || file.sizeBytes > RESULTS_BYTES_MAX) continue;
      const yaml = await blobs.text(file.digest, RESULTS_BYTES_MAX);
      claims.push(...claimsInFile(file.path, yaml));
    }
    const start = Number(decodeCursor(cursor)?.key ?? 0);
    if (!Number.isSafeInteger(start) || start < 0) {
      throw kernelErrors.make.invalid_input({ problem: 'cursor is not one of this list' });
    }
    const placed = claims.map((claim, place) => ({ claim, place }));
    const rows = placed.slice(start, start + limit + 1);
    const page = toPage(rows, limit, ({ place }) => ({ key: String(place + 1), id: '' }));
    return { ...page, items: page.items.map(({ claim }) => claim), total: claims.length };
  };
}

import { sql } from 'kysely';
import { kernelErrors } from '#kernel/errors.ts';
import type { Handlers } from '#kernel/module.ts';
import { decodeCursor, encodeCursor, toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import type { assuranceContract } from '../contract.ts';
import { assuranceErrors } from '../errors.ts';
import { createMeasurement, mayMeasure } from './create-measurement.ts';
import { stopMeasurement } from './finish-measurement.ts';
import type { MeasurementDetail } from './measurement-entities.ts';
import * as store from './measurement-store.ts';
import type { MeasurementUses } from './measurement-uses.ts';
import { betterOf, measurementDetailOf, measurementOf } from './measurement-view.ts';
import { readSuite } from './read-suite.ts';

type AssuranceHandlers = Handlers<(typeof assuranceContract)['operations']>;
type MeasurementHandlers = Pick<
  AssuranceHandlers,
  | 'createMeasurement'
  | 'listMeasurements'
  | 'getMeasurement'
  | 'stopMeasurement'
  | 'listMeasuredCases'
  | 'getMeasuredCase'
  | 'listSuites'
  | 'getSuiteBoard'
>;

const READ = 'hub.repository.read';
const REPEATS_MAX = 50;
const OFFSET_MAX = 10_000;
const OUTPUT_BYTES_MAX = 16 * 1024 ** 2;

/** Whoever may read both the algorithm and the suite may read what was measured. */
export function measurementHandlers(
  uses: MeasurementUses & { onCreated(): void },
): MeasurementHandlers {
  const { kernel } = uses;
  const { db, access } = kernel;

  const visible = ({ principal }: Call) => sql`
    ${access.visible(principal, READ, store.algorithmColumn)}
    and ${access.visible(principal, READ, store.suiteColumn)}`;
  const existing = async (measurementId: string, { principal }: Call) => {
    const row = await store.readMeasurement(db.read, measurementId);
    const missing = () => kernelErrors.make.missing({ id: measurementId });
    if (!row) throw missing();
    for (const id of [row.repository_id, row.suite_id]) {
      const ref = { type: 'hub.repository', id };
      if (!(await access.decide(principal, READ, ref)).allowed) throw missing();
    }
    return row;
  };
  const detail = async (measurementId: string, call: Call): Promise<MeasurementDetail> => {
    const row = await existing(measurementId, call);
    const repeats = await store.repeatsOf(db.read, row.repeat_of ?? row.id, REPEATS_MAX);
    const may = await mayMeasure(row.repository_id, uses, call);
    const open = row.state === 'waiting' || row.state === 'running';
    return measurementDetailOf(row, {
      repeats: repeats.filter(({ id }) => id !== row.id),
      actions: [
        ...(may && !open ? (['measure'] as const) : []),
        ...(may && open ? (['stop'] as const) : []),
        ...(call.principal.kind === 'stranger' ? [] : (['cases'] as const)),
      ],
    });
  };
  return {
    async createMeasurement(input, call) {
      const id = await createMeasurement(input, uses, call);
      return measurementOf(await existing(id, call));
    },
    async listMeasurements({ cursor, limit, suiteRepositoryId: suiteId, ...wanted }, call) {
      const filter = { ...wanted, suiteId, visible: visible(call) };
      const page = { before: decodeCursor(cursor)?.id ?? null, limit: limit + 1 };
      const { rows, total } = await store.listMeasurements(db.read, filter, page);
      const { items, nextCursor } = toPage(rows, limit, ({ id }) => ({ key: id, id }));
      return { items: items.map(measurementOf), total, nextCursor };
    },
    getMeasurement: ({ measurementId }, call) => detail(measurementId, call),
    async stopMeasurement({ measurementId }, call) {
      const row = await existing(measurementId, call);
      if (!(await mayMeasure(row.repository_id, uses, call))) {
        const owner = row.owner_id;
        throw kernelErrors.make.denied({ permission: 'assurance.measurement.create', owner });
      }
      await stopMeasurement(row.id, uses);
      return detail(measurementId, call);
    },
    async listMeasuredCases({ measurementId, failedOnly, cursor, limit }, call) {
      const row = await existing(measurementId, call);
      const page = { failedOnly, after: caseCursor(cursor), limit: limit + 1 };
      const { rows, total } = await store.worstCases(db.read, row.id, page);
      const { items, nextCursor } = toPage(rows, limit, ({ score, place }) => {
        return { key: String(score), id: String(place) };
      });
      return { items: items.map(caseOf), total, nextCursor };
    },
    getMeasuredCase: ({ measurementId, place }, call) => readCase(measurementId, place, call),
    async listSuites({ task, cursor, limit }, call) {
      const offset = offsetOf(cursor);
      const filter = { task, visible: visible(call) };
      const { rows, total } = await store.listSuites(db.read, filter, { offset, limit });
      const items = rows.map((row) => ({
        ...{ repositoryId: row.suite_id, revisionDigest: row.suite_digest },
        ...{ ownerId: row.suite_owner_id, name: row.suite_name, task: row.task },
        ...{ metric: row.metric, better: betterOf(row), cases: row.cases },
        ...{
          algorithms: row.algorithms,
          measuredAt: (row.finished_at ?? new Date(0)).toISOString(),
        },
      }));
      return { items, total, nextCursor: offsetCursor(offset + limit, total) };
    },
    async getSuiteBoard({ repositoryId, revisionDigest, cursor, limit }, call) {
      await access.require(call.principal, READ, { type: 'hub.repository', id: repositoryId });
      const offset = offsetOf(cursor);
      const suiteDigest =
        revisionDigest ?? (await store.lastMeasuredSuite(db.read, repositoryId)) ?? null;
      const of = { suiteId: repositoryId, suiteDigest: suiteDigest ?? '', visible: visible(call) };
      const [any] = (
        await store.boardOf(db.read, { ...of, better: 'higher' }, { offset: 0, limit: 1 })
      ).rows;
      const better = any ? betterOf(any) : 'higher';
      const { rows, total } = await store.boardOf(db.read, { ...of, better }, { offset, limit });
      return {
        revisionDigest: suiteDigest,
        suite: any
          ? { name: any.suite_name, ownerId: any.suite_owner_id, task: any.task, cases: any.cases }
          : null,
        items: rows.map((row) => ({
          ...{ rank: row.rank, measurement: measurementOf(row) },
          ...{ repeats: row.repeats, repeatsSame: row.repeats_same },
        })),
        ...{ total, nextCursor: offsetCursor(offset + limit, total) },
      };
    },
  };

  async function readCase(measurementId: string, place: number, call: Call) {
    const row = await existing(measurementId, call);
    const one = await store.readCaseRow(db.read, row.id, place);
    if (!one) throw assuranceErrors.make.case_missing({ place });
    // Also asks for the files of the suite, which may be gated.
    const ref = { repositoryId: row.suite_id, revisionDigest: row.suite_digest };
    const item = (await readSuite(ref, uses, call)).items[place];
    const { output_kept: outputKept, output_digest: digest } = one;
    const output =
      outputKept && digest ? JSON.parse(await kernel.blobs.text(digest, OUTPUT_BYTES_MAX)) : null;
    return {
      ...caseOf(one),
      file: item && item.asks.kind !== 'texts' ? item.asks.path : null,
      texts: item?.asks.kind === 'texts' ? [...item.asks.texts] : [],
      ...{ expected: item?.expected ?? null, output, outputKept },
    };
  }
}

const caseOf = (row: Omit<store.CaseRow, 'tally'>) => ({
  ...{ place: row.place, caseId: row.case_id, score: row.score, problem: row.problem },
  ...{ tookMs: row.took_ms, outputDigest: row.output_digest },
});

const wrongCursor = () =>
  kernelErrors.make.invalid_input({ problem: 'cursor is not one of this list' });

function caseCursor(text: string | undefined) {
  const cursor = decodeCursor(text);
  if (!cursor) return null;
  const [score, place] = [Number(cursor.key), Number(cursor.id)];
  if (!Number.isFinite(score) || !Number.isInteger(place) || Math.abs(place) > 2 ** 31 - 1) {
    throw wrongCursor();
  }
  return { score, place };
}

function offsetOf(text: string | undefined): number {
  const offset = Number(decodeCursor(text)?.key ?? 0);
  if (!Number.isSafeInteger(offset) || offset < 0 || offset > OFFSET_MAX) throw wrongCursor();
  return offset;
}

const offsetCursor = (next: number, total: number) =>
  next < total && next <= OFFSET_MAX ? encodeCursor({ key: String(next), id: '' }) : null;

import type { StoredObservation } from '../things-seam.ts';
import type { RuleDocument } from './rule-entities.ts';
import {
  fits,
  freshMemory,
  type JudgedRow,
  judge,
  type ReadyRow,
  type Row,
  type RuleMemory,
  takeIn,
} from './rule-memory.ts';
import type { RuleNeeds } from './rule-needs.ts';
import type { RuleProgress } from './rule-store.ts';
import type { OwnJudgement } from './rule-verdict.ts';

/** Observations of a rule's things and names, as they were stored, with the name of their datastream. */
export type NamedObservation = StoredObservation & { name: string };

/** Rows that can be judged, in order, and what becomes of the memories. */
export type Batch = {
  memories: Map<string, RuleMemory>;
  ready: { thingId: string; ready: ReadyRow }[];
  progress: Omit<RuleProgress, 'position' | 'suppressed' | 'incidents'>;
};

/** What a batch says of one thing. */
export type Finding = {
  /** Every row that was judged, in order. */
  rows: JudgedRow[];
  /** The last rows of the thing, those before the batch among them. */
  last: readonly JudgedRow[];
  /** Rows that raise: so many in a row fitted, and this is the last of them. */
  raised: Row[];
  replayed: boolean;
};

/** Puts rows together from observations in the order of ids. Pure, but for the given memories. */
export function takeBatch(
  observations: readonly NamedObservation[],
  memories: ReadonlyMap<string, RuleMemory>,
  needs: RuleNeeds,
): Batch {
  const batch: Batch = {
    memories: new Map(),
    ready: [],
    progress: {
      observations: 0,
      rows: 0,
      incomplete: 0,
      late: 0,
      matched: 0,
      lastObservedAt: null,
    },
  };
  for (const observation of observations) {
    const { thingId, phenomenonTime } = observation;
    const known = batch.memories.get(thingId) ?? memories.get(thingId);
    const memory = known && fits(known, needs) ? known : freshMemory(needs);
    batch.memories.set(thingId, memory);
    const input = { ...observation, observationId: observation.id, at: phenomenonTime };
    const { ready, late } = takeIn(memory, input, needs);
    batch.ready.push(...ready.map((each) => ({ thingId, ready: each })));
    const { progress } = batch;
    progress.observations += 1;
    progress.late += late ? 1 : 0;
    const at = new Date(phenomenonTime);
    if (!progress.lastObservedAt || at > progress.lastObservedAt) progress.lastObservedAt = at;
  }
  return batch;
}

/** How each row of a batch is judged. */
export type Judgement = (place: number) => { matched: boolean; score: number | null };

/** Judges the rows of a batch in order. */
export function judgeBatch(
  batch: Batch,
  rule: Pick<RuleDocument, 'forReadings'> & Pick<RuleNeeds, 'rows'>,
  by: { own: OwnJudgement } | { verdicts: Judgement },
): Map<string, Finding> {
  const findings = new Map<string, Finding>();
  for (const [place, { thingId, ready }] of batch.ready.entries()) {
    const memory = batch.memories.get(thingId);
    if (!memory) throw new Error(`${thingId} has rows and no memory`);
    const verdict = 'own' in by ? by.own(ready.row, memory) : by.verdicts(place);
    const raises = judge(memory, ready, verdict, rule);
    const finding = findings.get(thingId) ?? {
      rows: [],
      last: memory.rows,
      raised: [],
      replayed: false,
    };
    findings.set(thingId, finding);
    const { at, observationId, cells, replayed } = ready.row;
    finding.rows.push({ at, observationId, cells, ...verdict });
    if (raises) finding.raised.push(ready.row);
    finding.replayed ||= replayed;
    batch.progress.rows += 1;
    batch.progress.incomplete += ready.whole ? 0 : 1;
    batch.progress.matched += verdict.matched ? 1 : 0;
  }
  return findings;
}

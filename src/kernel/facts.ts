import { strict as assert } from 'node:assert';
import { hash } from 'node:crypto';
import type * as z from 'zod';
import { commitmentInput, type Fact, saltBytes } from '#verify/fact.ts';
import type { Clock } from './clock.ts';
import type { Database, Executor } from './db.ts';
import { eraseFact, factsAbout, insertFacts, type NewFact } from './facts-store.ts';
import type { Ids, Random } from './ids.ts';

export type { Fact } from '#verify/fact.ts';

/** What a module says of something that happened; id and time are given to it. */
export type FactDraft = {
  kind: string;
  /** Id of what it is about. */
  subject: string;
  /** Id of the party that did it. */
  actor: string;
  /** Fits the schema that the module's contract declares for the kind. */
  body: object;
};

/** A fact as a time line shows it. */
type RecordedFact = Omit<Fact, 'body'> & {
  /** Null once it has been erased. */
  body: Fact['body'] | null;
  /** Place in the log, null until it is integrated. */
  position: number | null;
};

export type Facts = {
  /**
   * Records a fact in the caller's transaction, by one INSERT: it happened if and only if that
   * commits. An undeclared kind, or a body that does not fit its schema, is a broken invariant.
   */
  append(tx: Executor, draft: FactDraft): Promise<Fact>;
  /** As `append`, for many at once, in their order. */
  appendAll(tx: Executor, drafts: readonly FactDraft[]): Promise<Fact[]>;
  /** Removes for good what the fact says. Its commitment stays, and the log stays whole. */
  erase(tx: Executor, factId: string): Promise<void>;
  /** Facts about a subject, newest first; `before` is the id of the last one of the page before. */
  about(
    subject: string,
    page: { limit: number; before?: string },
    executor?: Executor,
  ): Promise<RecordedFact[]>;
  /** Calls back after each commit that recorded facts. Returns how to stop. */
  onRecorded(listener: () => void): () => void;
};

/** Schemas of fact bodies by kind, as the contracts of all modules declare them. */
export type FactSchemas = Readonly<Record<string, z.ZodType>>;

export function createFacts(
  options: { schemas: FactSchemas },
  uses: { db: Database; clock: Clock; ids: Ids; random: Random },
): Facts {
  const { db, clock, ids, random } = uses;
  const listeners = new Set<() => void>();
  const ring = () => {
    for (const listener of listeners) listener();
  };
  const prepare = ({ kind, subject, actor, body }: FactDraft, time: string): NewFact => {
    const checked = checkedBody(options.schemas, kind, body);
    const id = ids('fact');
    const fact = { id, kind, subject, actor, time, body: checked };
    const salt = random(saltBytes);
    return { fact, salt, commitment: hash('sha256', commitmentInput(fact, salt), 'buffer') };
  };
  const appendAll: Facts['appendAll'] = async (tx, drafts) => {
    if (drafts.length === 0) return [];
    const time = clock.now().toISOString();
    const facts = drafts.map((draft) => prepare(draft, time));
    await insertFacts(tx, facts);
    db.afterCommit(tx, ring);
    return facts.map(({ fact }) => fact);
  };
  return {
    async append(tx, draft) {
      const [fact] = await appendAll(tx, [draft]);
      assert(fact);
      return fact;
    },
    appendAll,
    async erase(tx, factId) {
      assert(await eraseFact(tx, factId, clock.now()), `there is no fact ${factId} to erase`);
    },
    async about(subject, page, executor = db.read) {
      const stored = await factsAbout(executor, subject, page);
      return stored.map(({ header, fact, position }) => ({
        ...header,
        body: fact?.body ?? null,
        position,
      }));
    },
    onRecorded(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function checkedBody(schemas: FactSchemas, kind: string, body: object): Fact['body'] {
  const schema = Object.hasOwn(schemas, kind) ? schemas[kind] : undefined;
  assert(schema, `no contract declares the fact ${kind}`);
  const parsed = schema.safeParse(body);
  assert(parsed.success, `the body of ${kind} does not fit its contract: ${parsed.error}`);
  // As the database will give it back: undefined members gone, everything plain JSON.
  return JSON.parse(JSON.stringify(parsed.data));
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Actor, enterAs, organisationOf } from '../src/apps/demo/actor.ts';
import type { DemoResult } from '../src/apps/demo/result.ts';
import { mulberry32 } from '../src/verify/mulberry32.ts';
import { readCheckpoint, type SeenCheckpoint } from './log-entries.ts';
import { startTouyan, type TouyanProcess } from './touyan-process.ts';

/**
 * A main job during which the platform, or only its witness, is killed (SIGKILL) at chosen moments and
 * started again, while a team of its own submits through the doors and remembers every answer.
 */

/** When to kill, and how long after that. */
export type Kill = { victim: 'platform' | 'witness'; moment: Moment; delayMs: number };
export type Moment =
  /** The log has so many entries. The main job leaves about 430. */
  | { kind: 'size'; size: number }
  /** The team's submission has just been acknowledged. */
  | { kind: 'acknowledged' }
  /** So many submissions have been evaluated, and others are not. */
  | { kind: 'evaluated'; count: number }
  /** So many observations of the live stream are stored. */
  | { kind: 'observations'; count: number }
  /** The call has come so far. */
  | { kind: 'state'; state: 'review' | 'notice' | 'decision' | 'awarded' };

export type Acknowledged = { key: string; submissionId: string; receiptFactId: string };

export type KillRun = {
  result: DemoResult;
  acknowledged: readonly Acknowledged[];
  /** The newest checkpoint that was seen before each kill. */
  checkpoints: readonly SeenCheckpoint[];
  /** Still up. */
  address: string;
  running: TouyanProcess;
};

type Options = {
  folder: string;
  json: string;
  kills: readonly Kill[];
  databaseUrl?: string;
  secondsMax: number;
  say(line: string): void;
};

const keys = ['kept-1', 'kept-2'];
const LOG_ENTRIES = 430;
const DELAY_MS_MAX = 1500;
const WITNESS_TRIES_MAX = 100;

/** As many kills as asked, drawn from a seed: any moment of the main job, one in four of the witness. */
export function drawKills(seed: number, count: number): Kill[] {
  const next = mulberry32(seed);
  const below = (limit: number) => next() % limit;
  return Array.from({ length: count }, (): Kill => {
    const victim = below(4) === 0 ? 'witness' : 'platform';
    return {
      victim,
      moment: { kind: 'size', size: below(LOG_ENTRIES) },
      delayMs: below(DELAY_MS_MAX),
    };
  }).sort((a, b) => sizeOf(a) - sizeOf(b));
}

const sizeOf = ({ moment }: Kill) => (moment.kind === 'size' ? moment.size : 0);

export async function runWithKills(options: Options): Promise<KillRun> {
  const { folder, json, kills, say } = options;
  const limit = Date.now() + options.secondsMax * 1000;
  const kept: Kept = { callId: null, acknowledged: new Map() };
  const checkpoints: SeenCheckpoint[] = [];
  const left = [...kills];
  for (;;) {
    const running = startTouyan(['demo', '--data', folder, '--port', '0', '--json', json], {
      environment: options.databaseUrl ? { DATABASE_URL: options.databaseUrl } : {},
    });
    let hasEnded = false;
    running.ended.then(() => {
      hasEnded = true;
    });
    const [, address = ''] = await running.said(/(http:\/\/127\.0\.0\.1:\d+) {2}/);
    const team = createTeam(address, kept);
    let last: SeenCheckpoint | null = null;
    for (;;) {
      if (hasEnded) throw new Error(`it ended by itself:\n${running.out()}\n${running.err()}`);
      if (Date.now() > limit) {
        await running.kill();
        throw new Error(`it is stuck:\n${running.out()}\n${running.err()}`);
      }
      const seen = await team.look();
      last = seen.checkpoint ?? last;
      const isDone = /npx touyan verify/.test(running.out());
      const [kill] = left;
      if (kill && (isDone || isReached(kill.moment, seen))) {
        left.shift();
        await sleep(kill.delayMs);
        last = (await readCheckpoint(address).catch(() => null)) ?? last;
        say(`killing the ${kill.victim} at ${last?.size ?? 0} entries, ${describe(kill.moment)}`);
        if (kill.victim === 'platform') break;
        await killWitness(folder);
      } else if (!kill && isDone) {
        const text = await readFile(json, 'utf8').catch(() => '');
        if (text.endsWith('}\n')) {
          const result: DemoResult = JSON.parse(text);
          return {
            result,
            acknowledged: [...kept.acknowledged.values()],
            checkpoints,
            address,
            running,
          };
        }
      }
      await sleep(60);
    }
    if (last) checkpoints.push(last);
    await running.kill();
  }
}

const describe = (moment: Moment) => Object.values(moment).join(' ');

type Seen = {
  checkpoint: SeenCheckpoint | null;
  state: string | null;
  evaluated: number;
  observations: number;
  acknowledged: number;
};

function isReached(moment: Moment, seen: Seen): boolean {
  if (moment.kind === 'size') return (seen.checkpoint?.size ?? 0) >= moment.size;
  if (moment.kind === 'acknowledged') return seen.acknowledged > 0;
  if (moment.kind === 'observations') return seen.observations >= moment.count;
  if (moment.kind === 'evaluated') return seen.evaluated >= moment.count;
  const states = ['review', 'notice', 'decision', 'awarded'];
  return states.indexOf(seen.state ?? '') >= states.indexOf(moment.state);
}

/** What the team remembers while the platform comes and goes. */
type Kept = { callId: string | null; acknowledged: Map<string, Acknowledged> };

/** The team of the hospital: competes with variants of a baseline, and looks at how the call stands. */
function createTeam(address: string, kept: Kept) {
  const { acknowledged } = kept;
  let actor: Actor | null = null;
  const submit = async ({ client, ...rest }: Actor, callId: string) => {
    const board = await client.scenarios.getLeaderboard({ callId });
    const from = board.rows.find(({ name }) => name.en === 'Last-value change');
    if (!from) return;
    for (const [place, key] of keys.entries()) {
      const { submissionId, receiptFactId } = await client.scenarios.submitVariant({
        callId,
        organisationId: organisationOf({ client, ...rest }),
        from: { submissionId: from.submissionId },
        options: { threshold: 1 + place / 10 },
        idempotencyKey: key,
      });
      const before = acknowledged.get(key);
      if (before && before.submissionId !== submissionId) {
        throw new Error(`${key} was acknowledged as ${before.submissionId}, now ${submissionId}`);
      }
      acknowledged.set(key, { key, submissionId, receiptFactId });
    }
  };
  let sent = false;
  return {
    async look(): Promise<Seen> {
      const seen: Seen = {
        ...{ checkpoint: null, state: null },
        ...{ evaluated: 0, observations: 0, acknowledged: 0 },
      };
      seen.checkpoint = await readCheckpoint(address).catch(() => null);
      actor ??= await enterAs(address, 'hospital').catch(() => null);
      if (!actor) return seen;
      kept.callId ??= (await actor.client.scenarios.home({})).scenario?.callId ?? null;
      if (!kept.callId) return seen;
      const { callId } = kept;
      const call = await actor.client.scenarios.getCall({ callId });
      // Again at every start: what was acknowledged before must come out the same.
      if (!sent && call.state === 'open' && call.submissions > 1) {
        await submit(actor, callId);
        sent = true;
      }
      const { state, scored, failed } = call;
      const { observations } = await actor.client.city.getCityStatus({});
      return {
        ...{ ...seen, state, observations },
        ...{ evaluated: scored + failed, acknowledged: acknowledged.size },
      };
    },
  };
}

/** Resolves once nothing is being evaluated and every fact has been handled. */
export async function settled(address: string, secondsMax: number): Promise<void> {
  const limit = Date.now() + secondsMax * 1000;
  const { client } = await enterAs(address, 'operator');
  const auditor = await enterAs(address, 'auditor');
  const jobsThat = async (state: 'waiting' | 'running') =>
    (await auditor.client.compute.listJobs({ state, limit: 10 })).items.map(({ id }) => id);
  for (;;) {
    const { items } = await client.scenarios.listCalls({ limit: 100 });
    const calls = await Promise.all(
      items.map(({ callId }) => client.scenarios.getCall({ callId })),
    );
    const { subscribers, size, cosignedSize } = await client.kernel.getLedger({});
    const busy = [
      ...calls.filter(({ evaluating }) => evaluating > 0).map(({ callId }) => callId),
      ...subscribers.filter(({ lag }) => lag > 0).map(({ name }) => name),
      ...(size > cosignedSize ? ['cosigning'] : []),
      ...(await jobsThat('waiting')),
      ...(await jobsThat('running')),
    ];
    if (busy.length === 0) return;
    if (Date.now() > limit) throw new Error(`still busy with ${busy.join(', ')}`);
    await sleep(200);
  }
}

async function killWitness(folder: string): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      const [pid = ''] = (await readFile(join(folder, 'witness', 'lock'), 'utf8')).split(' ');
      process.kill(Number(pid), 'SIGKILL');
      return;
    } catch (error) {
      // The last kill may have hit one that has not been started anew yet.
      if (tries >= WITNESS_TRIES_MAX) throw error;
      await sleep(100);
    }
  }
}

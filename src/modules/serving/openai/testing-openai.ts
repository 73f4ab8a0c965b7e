import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '#kernel/db.ts';
import type { ServingOptions } from '../config.ts';
import { vendor } from '../testing.ts';
import { openTrialHouse } from '../trials/testing-trials.ts';
import { openUpstream, upstreamKey } from './testing-upstream.ts';

/** For tests: a server whose operator allows a language model elsewhere. */

export type OpenaiHouse = Awaited<ReturnType<typeof openOpenaiHouse>>;

export async function openOpenaiHouse(
  db: Database,
  options: {
    behave?: Parameters<typeof openUpstream>[0];
    serving?: Partial<ServingOptions>;
    /** Models that run here need bubblewrap. */
    isolation?: 'bubblewrap';
    /** More servers that the operator allows. */
    servers?: readonly object[];
  } = {},
) {
  const upstream = await openUpstream(options.behave);
  const folder = await mkdtemp(join(tmpdir(), 'touyan-openai-'));
  const file = join(folder, 'remotes.json');
  const own = { origin: upstream.origin, key: upstreamKey, privateNetwork: true };
  await writeFile(file, JSON.stringify([own, ...(options.servers ?? [])]), { mode: 0o600 });
  const house = await openTrialHouse(db, {
    isolation: options.isolation ?? 'webassembly',
    serving: {
      SERVING_REMOTES_FILE: file,
      SERVING_TRIAL_CALLS_PER_SECOND: 10_000,
      ...options.serving,
    },
  });
  return {
    ...house,
    upstream,
    file,
    /** A trial of a model on a server elsewhere; the upstream's unless said otherwise. */
    async remote(spec: object) {
      const whole = { protocol: 'openai', url: upstream.url, ...spec };
      const { repositoryId } = await house.repository({ 'remote.json': JSON.stringify(whole) });
      const input = { repositoryId, path: 'remote.json', batchMax: 32, delayMs: 0 };
      return house.serving.handlers.createTrial(input, vendor);
    },
    async ask(path: string, body: object, more: { key?: string; signal?: AbortSignal } = {}) {
      const { key = 'reader', signal } = more;
      return fetch(`${house.address}/v1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        ...(signal ? { signal } : {}),
      });
    },
    chat(model: string, more: object = {}, signal?: AbortSignal) {
      const messages = [{ role: 'user', content: 'How many geese fly there?' }];
      return this.ask('/chat/completions', { model, messages, ...more }, signal ? { signal } : {});
    },
    async tokens(trialId: string) {
      const { usage } = await house.serving.handlers.getTrial({ trialId }, vendor);
      const { calls, tokensIn, tokensOut, tokensEstimated } = usage;
      return { calls, tokensIn, tokensOut, tokensEstimated };
    },
    async stop() {
      await house.stop();
      await upstream.close();
      await rm(folder, { recursive: true });
    },
  };
}

/** The events of a stream until it ends, as their data. */
export async function eventsOf(answer: Response): Promise<string[]> {
  const text = await answer.text();
  return text
    .split('\n\n')
    .filter((event) => event !== '')
    .map((event) => event.replace(/^data: /, ''));
}

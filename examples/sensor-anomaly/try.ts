import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { scoreEvents, tallyEvents } from '#verify/event-f1.ts';
import { faultKinds } from './faults.ts';
import { prepareSpans, type Span } from './prepare.ts';
import { type ProgramOptions, runProgram } from './run-program.ts';
import { preparationSeed, scoreOptions } from './settings.ts';

const programs = `${import.meta.dirname}/programs`;
const usage = `node examples/sensor-anomaly/try.ts [program …] [--span NAME] [--set name=value …]

Runs programs over a span (public, hidden or live; by default all programs over public) without
isolation and prints their event scores. "found" counts by kind of event, in this order:
${faultKinds.join(', ')}; or recorded.
`;

function readOptions(settings: readonly string[]): ProgramOptions {
  return Object.fromEntries(
    settings.map((setting) => {
      const [name = '', value = ''] = setting.split('=');
      if (name === '' || value === '' || !Number.isFinite(Number(value))) throw new Error(usage);
      return [name, Number(value)];
    }),
  );
}

function foundByKind(predictions: string, labels: string): string {
  const { events } = tallyEvents(predictions, labels, scoreOptions);
  const kinds = [...faultKinds, 'recorded'].filter((kind) =>
    events.some((event) => event.kind === kind),
  );
  const share = (kind: string) => {
    const own = events.filter((event) => event.kind === kind);
    return `${own.filter((event) => event.found).length}/${own.length}`;
  };
  return kinds.map(share).join(' ');
}

async function tryProgram(name: string, span: Span, options: ProgramOptions) {
  const started = performance.now();
  try {
    const predictions = await runProgram(`${programs}/${name}`, span.features, options);
    const rows = span.features.split('\n').length - 2;
    const milliseconds = ((performance.now() - started) * 1_000) / rows;
    const { score, precision, recall, falseAlarms } = scoreEvents(
      predictions,
      span.labels,
      scoreOptions,
    );
    return {
      program: name,
      score: score.toFixed(3),
      precision: precision.toFixed(3),
      recall: recall.toFixed(3),
      'false alarms': falseAlarms,
      found: foundByKind(predictions, span.labels),
      'ms per 1,000 rows': milliseconds.toFixed(1),
    };
  } catch (error) {
    return { program: name, failed: error instanceof Error ? error.message : 'not an Error' };
  }
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    span: { type: 'string', default: 'public' },
    set: { type: 'string', multiple: true, default: [] },
  },
});
const recording = readFileSync(`${import.meta.dirname}/data/multi-hop.csv`, 'utf8');
const prepared = prepareSpans(recording, preparationSeed);
const spans = new Map([
  ['public', prepared.public],
  ['hidden', prepared.hidden],
  ['live', prepared.live],
]);
const span = spans.get(values.span);
if (span === undefined) throw new Error(usage);
const names = positionals.length > 0 ? positionals : readdirSync(programs).sort();
const results = [];
for (const name of names) results.push(await tryProgram(name, span, readOptions(values.set)));
console.table(results);

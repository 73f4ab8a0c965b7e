import { readdirSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { scoreEvents, tallyEvents } from '#verify/event-f1.ts';
import { faultKinds } from './faults.ts';
import { prepareSpans, type Span } from './prepare.ts';
import { type ProgramOptions, runProgram } from './run-program.ts';
import { preparationSeed, scoreOptions } from './settings.ts';

const folder = import.meta.dirname;
const usage = `npx node examples/sensor-anomaly/try.ts [program …] [--span NAME] [--set name=value …]

Runs programs over a span (public, hidden or live; by default all programs over public) without
isolation, and prints their event scores. What was found is counted by kind of event.`;

type Command = { names: readonly string[]; span: Span; options: ProgramOptions };

/** What the command line asks for; undefined where it makes no sense. */
function readCommand(args: readonly string[]): Command | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      span: { type: 'string', default: 'public' },
      set: { type: 'string', multiple: true, default: [] },
    },
  });
  const recording = readFileSync(`${folder}/data/multi-hop.csv`, 'utf8');
  const prepared = prepareSpans(recording, preparationSeed);
  const spans = new Map([
    ['public', prepared.public],
    ['hidden', prepared.hidden],
    ['live', prepared.live],
  ]);
  const span = spans.get(values.span);
  const all = readdirSync(`${folder}/programs`).sort();
  const settings = values.set.map((setting): [string, number] => {
    const [name = '', value = 'missing'] = setting.split('=');
    return [name, Number(value)];
  });
  const known = positionals.every((name) => all.includes(name));
  if (span === undefined || !known || settings.some(([, value]) => !Number.isFinite(value))) {
    return undefined;
  }
  const names = positionals.length > 0 ? positionals : all;
  return { names, span, options: Object.fromEntries(settings) };
}

function foundByKind(predictions: string, labels: string): string {
  const { events } = tallyEvents(predictions, labels, scoreOptions);
  const shares = [...faultKinds, 'recorded'].map((kind) => {
    const own = events.filter((event) => event.kind === kind);
    const found = own.filter((event) => event.found).length;
    return own.length === 0 ? '' : `${kind} ${found}/${own.length}`;
  });
  return shares.filter((share) => share !== '').join(', ');
}

async function tryProgram(name: string, span: Span, options: ProgramOptions): Promise<string[]> {
  const started = performance.now();
  try {
    const predictions = await runProgram(`${folder}/programs/${name}`, span.features, options);
    const rows = span.features.split('\n').length - 2;
    const milliseconds = ((performance.now() - started) * 1_000) / rows;
    const result = scoreEvents(predictions, span.labels, scoreOptions);
    const shares = [result.score, result.precision, result.recall].map((share) => share.toFixed(3));
    const found = foundByKind(predictions, span.labels);
    return [name, ...shares, String(result.falseAlarms), milliseconds.toFixed(1), found];
  } catch (error) {
    return [name, 'failed', '', '', '', '', error instanceof Error ? error.message : String(error)];
  }
}

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  for (const row of rows) {
    const cells = row.map((cell, column) => cell.padEnd(widths[column] ?? 0));
    console.log(cells.join('  ').trimEnd());
  }
}

const command = readCommand(process.argv.slice(2));
if (command === undefined) {
  console.error(usage);
  process.exitCode = 2;
} else {
  const head = [
    'program',
    'score',
    'precision',
    'recall',
    'false alarms',
    'ms/1,000 rows',
    'found',
  ];
  const rows = [head];
  for (const name of command.names) {
    rows.push(await tryProgram(name, command.span, command.options));
  }
  printTable(rows);
}

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { pathToFileURL } from 'node:url';

/** One row of the features; null is a lost reading. */
export type FeatureRow = {
  readonly row: number;
  readonly time_s: number;
  readonly mote_id: number;
  readonly indoor: number;
  readonly humidity: number | null;
  readonly temperature: number | null;
};

export type ProgramOptions = Readonly<Record<string, number>>;

type Detector = { observe(row: FeatureRow): { flag: 0 | 1; score: number } };
type JavaScriptProgram = { create(options: ProgramOptions): Detector };

/** The features as a program sees them, one after the other. */
export function readFeatures(featuresCsv: string): FeatureRow[] {
  const lines = featuresCsv.trimEnd().split('\n').slice(1);
  const value = (text: string | undefined) =>
    text === undefined || text === '' ? null : Number(text);
  return lines.map((line) => {
    const [row, time, mote, indoor, humidity, temperature] = line.split(',');
    return {
      row: Number(row),
      time_s: Number(time),
      mote_id: Number(mote),
      indoor: Number(indoor),
      humidity: value(humidity),
      temperature: value(temperature),
    };
  });
}

/**
 * Predictions CSV of a program that is loaded already; it gets each row only after it answered the
 * one before.
 */
function observeAll(
  program: JavaScriptProgram,
  featuresCsv: string,
  options: ProgramOptions = {},
): string {
  const detector = program.create(options);
  const lines = readFeatures(featuresCsv).map((row) => {
    const { flag, score } = detector.observe(row);
    return `${row.row},${flag},${score}`;
  });
  return `row,flag,score\n${lines.join('\n')}\n`;
}

function runPython(file: string, featuresCsv: string, options: ProgramOptions): string {
  const driver = `${import.meta.dirname}/drive.py`;
  const child = spawnSync('python3', [driver, file, JSON.stringify(options)], {
    input: featuresCsv,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (child.pid === 0 || child.pid === undefined) throw new Error('python3 is not installed');
  if (child.status !== 0) throw new Error(child.stderr.trim().split('\n').at(-1) ?? 'failed');
  return child.stdout;
}

/**
 * Runs the program in the folder over the features, without isolation: for one's own programs only.
 * Throws what the program throws, and where it is in Python and Python is not installed.
 */
export async function runProgram(
  folder: string,
  featuresCsv: string,
  options: ProgramOptions = {},
): Promise<string> {
  const script = `${folder}/main.mjs`;
  if (!existsSync(script)) return runPython(`${folder}/main.py`, featuresCsv, options);
  const program: JavaScriptProgram = await import(pathToFileURL(script).href);
  return observeAll(program, featuresCsv, options);
}

/** Codes of everything that can be wrong with the two files or the options. */
export type EventScoreErrorCode =
  | 'options_invalid'
  | 'file_too_large'
  | 'header_wrong'
  | 'fields_wrong'
  | 'row_wrong'
  | 'row_repeated'
  | 'row_missing'
  | 'row_unknown'
  | 'flag_wrong'
  | 'score_wrong'
  | 'label_wrong'
  | 'event_wrong';

export type EventScoreFile = 'predictions' | 'labels' | 'options';

/**
 * Says which file is wrong, where and how. `line` counts from 1 and is absent where no single line
 * is to blame. Neither message nor code ever repeats a value from the files: predictions are
 * written by an untrusted program.
 */
export class EventScoreError extends Error {
  readonly code: EventScoreErrorCode;
  readonly file: EventScoreFile;
  readonly line: number | undefined;

  constructor(code: EventScoreErrorCode, file: EventScoreFile, message: string, line?: number) {
    super(line === undefined ? `${file}: ${message}` : `${file}, line ${line}: ${message}`);
    this.name = 'EventScoreError';
    this.code = code;
    this.file = file;
    this.line = line;
  }
}

/**
 * One sensor's readings in the order of their rows; an event's id and kind are '' where there is
 * none.
 */
export type MoteReadings = {
  readonly moteId: string;
  readonly flags: readonly boolean[];
  readonly eventIds: readonly string[];
  readonly kinds: readonly string[];
};

const predictionsHeader = 'row,flag,score';
const labelsHeader = 'row,mote_id,label,event_id,kind';
const rowsMax = 1_000_000;
const fileCharactersMax = 100_000_000;

const rowPattern = /^(?:0|[1-9][0-9]{0,8})$/;
const scorePattern =
  /^[+-]?(?:[0-9]{1,40}(?:\.[0-9]{0,40})?|\.[0-9]{1,40})(?:[eE][+-]?[0-9]{1,3})?$/;
const namePattern = /^[A-Za-z0-9._-]{1,64}$/;

type Line = { readonly number: number; readonly row: number; readonly fields: readonly string[] };

function readLines(text: string, file: 'predictions' | 'labels', header: string): Line[] {
  if (text.length > fileCharactersMax) {
    throw new EventScoreError('file_too_large', file, `at most ${fileCharactersMax} characters`);
  }
  const lines = text.split('\n').map((line) => (line.endsWith('\r') ? line.slice(0, -1) : line));
  if (lines.at(-1) === '') lines.pop();
  if (lines[0] !== header) {
    throw new EventScoreError('header_wrong', file, `the first line must be "${header}"`, 1);
  }
  if (lines.length - 1 > rowsMax) {
    throw new EventScoreError('file_too_large', file, `at most ${rowsMax} rows`);
  }
  const width = header.split(',').length;
  const seen = new Set<number>();
  return lines.slice(1).map((line, index) => {
    const number = index + 2;
    const fields = line.split(',');
    const [rowText = ''] = fields;
    if (fields.length !== width) {
      throw new EventScoreError('fields_wrong', file, `expected ${width} fields`, number);
    }
    if (!rowPattern.test(rowText)) {
      throw new EventScoreError('row_wrong', file, 'row must be a whole number from 0', number);
    }
    const row = Number(rowText);
    if (seen.has(row)) {
      throw new EventScoreError('row_repeated', file, 'a row appears twice', number);
    }
    seen.add(row);
    return { number, row, fields };
  });
}

function readFlags(predictionsCsv: string): Map<number, { flag: boolean; line: number }> {
  const flags = new Map<number, { flag: boolean; line: number }>();
  for (const { number, row, fields } of readLines(
    predictionsCsv,
    'predictions',
    predictionsHeader,
  )) {
    const [, flag = '', score = ''] = fields;
    if (flag !== '0' && flag !== '1') {
      throw new EventScoreError('flag_wrong', 'predictions', 'flag must be 0 or 1', number);
    }
    if (!scorePattern.test(score) || !Number.isFinite(Number(score))) {
      throw new EventScoreError(
        'score_wrong',
        'predictions',
        'score must be a finite number',
        number,
      );
    }
    flags.set(row, { flag: flag === '1', line: number });
  }
  return flags;
}

type Label = {
  readonly row: number;
  readonly moteId: string;
  readonly eventId: string;
  readonly kind: string;
};

function readLabels(labelsCsv: string): Label[] {
  const labels = readLines(labelsCsv, 'labels', labelsHeader).map(({ number, row, fields }) => {
    const [, moteId = '', label = '', eventId = '', kind = ''] = fields;
    if (!namePattern.test(moteId)) {
      throw new EventScoreError('label_wrong', 'labels', 'mote_id must be a short name', number);
    }
    const named = namePattern.test(eventId) && namePattern.test(kind);
    const bare = eventId === '' && kind === '';
    if (!(label === '1' && named) && !(label === '0' && bare)) {
      const rule = 'label 1 has event_id and kind, label 0 has neither';
      throw new EventScoreError('label_wrong', 'labels', rule, number);
    }
    return { row, moteId, eventId, kind };
  });
  return labels.sort((a, b) => a.row - b.row);
}

/** An event is one unbroken run of readings of one mote, of one kind. */
function checkEvents(motes: readonly MoteReadings[]): void {
  const closed = new Set<string>();
  for (const { eventIds, kinds } of motes) {
    for (const [index, eventId] of eventIds.entries()) {
      const goesOn = eventId === eventIds[index - 1] && kinds[index] === kinds[index - 1];
      if (eventId === '' || goesOn) continue;
      if (closed.has(eventId)) {
        const rule = 'the readings of an event follow each other on one mote and are of one kind';
        throw new EventScoreError('event_wrong', 'labels', rule);
      }
      closed.add(eventId);
    }
  }
}

type Joined = { moteId: string; flags: boolean[]; eventIds: string[]; kinds: string[] };

/**
 * Joins predictions (`row,flag,score`) and labels (`row,mote_id,label,event_id,kind`) by row and
 * orders them by mote and row, whatever the order of the lines. Fields are never quoted. Throws
 * `EventScoreError`.
 */
export function readMotes(predictionsCsv: string, labelsCsv: string): MoteReadings[] {
  const flags = readFlags(predictionsCsv);
  const motes = new Map<string, Joined>();
  for (const { row, moteId, eventId, kind } of readLabels(labelsCsv)) {
    const prediction = flags.get(row);
    if (prediction === undefined) {
      throw new EventScoreError('row_missing', 'predictions', 'a row of the features has no line');
    }
    flags.delete(row);
    const mote = motes.get(moteId) ?? { moteId, flags: [], eventIds: [], kinds: [] };
    motes.set(moteId, mote);
    mote.flags.push(prediction.flag);
    mote.eventIds.push(eventId);
    mote.kinds.push(kind);
  }
  for (const { line } of flags.values()) {
    throw new EventScoreError('row_unknown', 'predictions', 'no such row in the features', line);
  }
  const joined = [...motes.values()];
  checkEvents(joined);
  return joined;
}

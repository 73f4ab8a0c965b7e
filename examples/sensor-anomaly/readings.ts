/**
 * Hundredths of the unit (%RH, °C), the resolution of the recording; null where the reading is
 * missing.
 */
export type Reading = {
  readonly humidity: number | null;
  readonly temperature: number | null;
  readonly labelled: boolean;
};

export type Recording = {
  readonly motes: readonly {
    readonly moteId: string;
    readonly indoor: string;
    readonly readings: readonly Reading[];
  }[];
};

const header = 'reading,mote_id,indoor,humidity,temperature,label';
const valuePattern = /^[0-9]{1,3}(?:\.[0-9]{1,2})?$/;

function hundredths(text: string, line: number): number {
  if (!valuePattern.test(text)) throw new Error(`line ${line}: not a value of the recording`);
  return Math.round(Number(text) * 100);
}

/**
 * Reads `multi-hop.csv`: `reading,mote_id,indoor,humidity,temperature,label`, mote after mote,
 * readings of each counted from 1. Throws where a line does not fit.
 */
export function readRecording(csvText: string): Recording {
  const lines = csvText.trimEnd().split(/\r?\n/);
  if (lines[0] !== header) throw new Error(`the first line must be "${header}"`);
  const motes = new Map<string, { moteId: string; indoor: string; readings: Reading[] }>();
  for (const [index, text] of lines.slice(1).entries()) {
    const line = index + 2;
    const [reading, moteId = '', indoor = '', humidity = '', temperature = '', label] =
      text.split(',');
    const mote = motes.get(moteId) ?? { moteId, indoor, readings: [] };
    motes.set(moteId, mote);
    if (Number(reading) !== mote.readings.length + 1) throw new Error(`line ${line}: out of order`);
    mote.readings.push({
      humidity: hundredths(humidity, line),
      temperature: hundredths(temperature, line),
      labelled: label === '1',
    });
  }
  return { motes: [...motes.values()] };
}

/** The recording's own way to write a value: no trailing zeros; empty where missing. */
export function writeValue(value: number | null): string {
  return value === null ? '' : String(value / 100);
}

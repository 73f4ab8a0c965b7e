import type { Reading } from './readings.ts';

export const faultKinds = ['spike', 'drift', 'stuck-at', 'dropout', 'noise-burst'] as const;
export type FaultKind = (typeof faultKinds)[number];

/**
 * One injected fault. `startReading` counts from 1 in the whole recording, as its column `reading`
 * does. `humidity` (hundredths of %RH) and `temperature` (hundredths of °C) are, by kind: the
 * height of a spike, the offset at the end of a drift, the standard deviation of a noise burst; 0
 * where the channel is frozen (stuck-at) or lost (dropout); null where the fault leaves the channel
 * alone.
 */
export type Fault = {
  readonly span: 'public' | 'hidden';
  readonly eventId: string;
  readonly kind: FaultKind;
  readonly moteId: string;
  readonly startReading: number;
  readonly lengthReadings: number;
  readonly humidity: number | null;
  readonly temperature: number | null;
};

type Range = readonly [least: number, most: number];
type Shape = { readonly length: Range; readonly humidity: Range; readonly temperature: Range };

/**
 * Sizes stand against the recording outside its real events, where 99 % of the steps from one
 * reading to the next are at most 0.26 %RH and 0.04 °C and the longest run of equal values is 24
 * readings: small faults drown in it, large ones do not, and no single limit tells all of them from
 * the weather.
 */
const faultShapes: Readonly<Record<FaultKind, Shape>> = {
  spike: { length: [1, 3], humidity: [25, 180], temperature: [5, 36] },
  drift: { length: [50, 70], humidity: [200, 800], temperature: [60, 240] },
  'stuck-at': { length: [30, 60], humidity: [0, 0], temperature: [0, 0] },
  dropout: { length: [10, 30], humidity: [0, 0], temperature: [0, 0] },
  'noise-burst': { length: [12, 30], humidity: [10, 50], temperature: [3, 10] },
};

/** Whole number in the range, both ends included; `next` gives whole numbers below 2^32. */
export function drawBetween(next: () => number, [least, most]: Range): number {
  return least + Math.floor((next() * (most - least + 1)) / 0x100000000);
}

/**
 * Which channels a fault hits: a dropout always both (the packet is lost), the others either or
 * both.
 */
function drawChannels(next: () => number, kind: FaultKind) {
  const draw = kind === 'dropout' ? 9 : drawBetween(next, [0, 9]);
  return { humidity: draw < 4 || draw >= 8, temperature: draw >= 4 };
}

/** Length, channels and sizes of one fault of the kind. */
export function drawFault(next: () => number, kind: FaultKind) {
  const shape = faultShapes[kind];
  const channels = drawChannels(next, kind);
  const falls = drawBetween(next, [0, 1]) === 1 && (kind === 'spike' || kind === 'drift');
  const size = (range: Range) => (falls ? -1 : 1) * drawBetween(next, range);
  return {
    lengthReadings: drawBetween(next, shape.length),
    humidity: channels.humidity ? size(shape.humidity) : null,
    temperature: channels.temperature ? size(shape.temperature) : null,
  };
}

/**
 * About normal with mean 0 and variance 1: twelve uniform draws less 6 (Irwin–Hall). Additions
 * only, because logarithm and cosine differ between engines in the last digit, and the digests of
 * the files must not.
 */
function drawNormal(next: () => number): number {
  let sum = 0;
  for (let draw = 0; draw < 12; draw += 1) sum += next() / 0x100000000;
  return sum - 6;
}

type Channel = 'humidity' | 'temperature';

/** Between 0 and 100 %RH; the recording's temperatures are far from any limit. */
function withinRange(channel: Channel, value: number): number {
  return channel === 'humidity' ? Math.min(10_000, Math.max(0, value)) : value;
}

function faultyValue(
  next: () => number,
  fault: Fault,
  channel: Channel,
  values: { readonly at: number | null; readonly before: number | null; readonly offset: number },
): number | null {
  const size = fault[channel];
  if (size === null || values.at === null) return values.at;
  switch (fault.kind) {
    case 'spike':
      return withinRange(channel, values.at + size);
    case 'drift': {
      const ramp = Math.round((size * (values.offset + 1)) / fault.lengthReadings);
      return withinRange(channel, values.at + ramp);
    }
    case 'stuck-at':
      return values.before;
    case 'noise-burst':
      return withinRange(channel, values.at + Math.round(size * drawNormal(next)));
    case 'dropout':
      return values.at;
  }
}

/**
 * The readings of one mote with the fault in them; `start` is the index of its first reading, at
 * least 1. Stuck-at repeats the reading before it. A dropout loses its first and last reading and 7
 * of 10 between them, both channels together.
 */
export function applyFault(
  next: () => number,
  readings: readonly Reading[],
  fault: Fault,
  start: number,
): Reading[] {
  const before = readings[start - 1];
  const end = start + fault.lengthReadings;
  return readings.map((reading, index) => {
    if (before === undefined || index < start || index >= end) return reading;
    const offset = index - start;
    if (fault.kind === 'dropout') {
      const edge = offset === 0 || index === end - 1;
      const lost = drawBetween(next, [0, 9]) < 7 || edge;
      return { ...reading, ...(lost ? { humidity: null, temperature: null } : {}), labelled: true };
    }
    const value = (channel: Channel) =>
      faultyValue(next, fault, channel, { at: reading[channel], before: before[channel], offset });
    return { humidity: value('humidity'), temperature: value('temperature'), labelled: true };
  });
}

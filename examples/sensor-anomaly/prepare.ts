import { mulberry32 } from '#verify/mulberry32.ts';
import {
  applyFault,
  drawBetween,
  drawFault,
  type Fault,
  type FaultKind,
  faultKinds,
} from './faults.ts';
import { type Reading, type Recording, readRecording, writeValue } from './readings.ts';

/**
 * CSV texts: features `row,time_s,mote_id,indoor,humidity,temperature`, labels
 * `row,mote_id,label,event_id,kind`.
 */
export type Span = { readonly features: string; readonly labels: string };

type SpanReport = {
  readonly name: 'public' | 'hidden' | 'live';
  /** As the recording counts them, both included. */
  readonly firstReading: number;
  readonly lastReading: number;
  readonly rows: number;
  /** Whether the events are injected (public, hidden) or as recorded (live). */
  readonly injected: boolean;
  readonly events: number;
  readonly eventsByKind: Readonly<Record<string, number>>;
  /**
   * Readings lost singly, in twos or threes, outside every event: ordinary packet loss, injected,
   * no event.
   */
  readonly lostReadings: number;
};

export type Prepared = {
  readonly public: Span;
  readonly hidden: Span;
  readonly live: Span;
  readonly faults: readonly Fault[];
  readonly report: {
    readonly seed: number;
    readonly generator: 'mulberry32';
    readonly readingSeconds: number;
    readonly warmUpReadings: number;
    readonly spans: readonly SpanReport[];
  };
};

/**
 * Public is before the recording's real events, hidden after them, live around them. The recording
 * has four small jumps of temperature without a label, at readings 2,031, 2,041 and 2,761: live
 * takes those in, too.
 */
export const spanReadings = {
  public: { first: 1, last: 2_000 },
  live: { first: 2_001, last: 2_800 },
  hidden: { first: 2_801, last: 4_690 },
} as const;

const readingSeconds = 5;
/**
 * The first 10 minutes of public and hidden hold no event, so that a program can learn what is
 * normal.
 */
export const warmUpReadings = 120;
const eventsPerKind = 13;
/** Least number of undisturbed readings on a mote between two of its events. */
export const clearReadings = 30;

type MoteSpan = { readonly moteId: string; readonly indoor: string; readonly readings: Reading[] };
type LabelledSpan = {
  readonly motes: readonly MoteSpan[];
  /** By mote: event of each reading, or undefined. */
  readonly events: ReadonlyMap<string, readonly (SpanEvent | undefined)[]>;
};
type SpanEvent = { readonly eventId: string; readonly kind: string };

function cut(recording: Recording, name: keyof typeof spanReadings): MoteSpan[] {
  const { first, last } = spanReadings[name];
  return recording.motes.map(({ moteId, indoor, readings }) => {
    return { moteId, indoor, readings: readings.slice(first - 1, last) };
  });
}

/** Fisher–Yates. */
function shuffled<T>(next: () => number, values: readonly T[]): T[] {
  const result = [...values];
  for (let index = result.length - 1; index > 0; index -= 1) {
    const other = drawBetween(next, [0, index]);
    const moved = result[index];
    const swapped = result[other];
    if (moved === undefined || swapped === undefined) continue;
    result[index] = swapped;
    result[other] = moved;
  }
  return result;
}

/**
 * Deals the faults out to the motes in turn and gives each its own slot of the mote's time, placed
 * in it at random with `clearReadings` after it.
 */
function planFaults(
  next: () => number,
  name: 'public' | 'hidden',
  motes: readonly MoteSpan[],
): Fault[] {
  const kinds = faultKinds.flatMap((kind) => Array<FaultKind>(eventsPerKind).fill(kind));
  const dealt = shuffled(next, kinds);
  const planned = motes.flatMap(({ moteId, readings }, moteIndex) => {
    const own = dealt.filter((_, index) => index % motes.length === moteIndex);
    const slot = Math.floor((readings.length - warmUpReadings) / own.length);
    return own.map((kind, index) => {
      const fault = drawFault(next, kind);
      const room = slot - fault.lengthReadings - clearReadings;
      if (room < 0) throw new Error('the span is too short for its faults');
      const start = warmUpReadings + index * slot + drawBetween(next, [0, room]);
      return { span: name, kind, moteId, startReading: spanReadings[name].first + start, ...fault };
    });
  });
  const inOrder = planned.sort(
    (a, b) => a.startReading - b.startReading || (a.moteId < b.moteId ? -1 : 1),
  );
  return inOrder.map((fault, index) => {
    return { ...fault, eventId: `${name}-${String(index + 1).padStart(3, '0')}` };
  });
}

/**
 * Ordinary packet loss: at 10 of 1,000 readings a gap of one (7 of 10), two or three readings,
 * clear of events.
 */
function losePackets(
  next: () => number,
  readings: readonly Reading[],
): { readings: Reading[]; lost: number } {
  const result = [...readings];
  let lost = 0;
  for (let index = 1; index < result.length; index += 1) {
    if (drawBetween(next, [0, 999]) >= 10) continue;
    const length = [1, 1, 1, 1, 1, 1, 1, 2, 2, 3][drawBetween(next, [0, 9])] ?? 1;
    const nearby = result.slice(Math.max(0, index - 12), index + length + 12);
    if (nearby.some(({ labelled, humidity }) => labelled || humidity === null)) continue;
    for (let gap = index; gap < Math.min(index + length, result.length); gap += 1) {
      result[gap] = { humidity: null, temperature: null, labelled: false };
      lost += 1;
    }
  }
  return { readings: result, lost };
}

function injectMote(next: () => number, mote: MoteSpan, faults: readonly Fault[], first: number) {
  const events: (SpanEvent | undefined)[] = mote.readings.map(() => undefined);
  let readings = mote.readings;
  for (const fault of faults) {
    const start = fault.startReading - first;
    readings = applyFault(next, readings, fault, start);
    events.fill({ eventId: fault.eventId, kind: fault.kind }, start, start + fault.lengthReadings);
  }
  const thinned = losePackets(next, readings);
  return { mote: { ...mote, readings: thinned.readings }, events, lost: thinned.lost };
}

function inject(next: () => number, recording: Recording, name: 'public' | 'hidden') {
  const motes = cut(recording, name);
  if (motes.some(({ readings }) => readings.some(({ labelled }) => labelled))) {
    throw new Error(`${name} must not hold a recorded event`);
  }
  const faults = planFaults(next, name, motes);
  const injected = motes.map((mote) => {
    const own = faults.filter(({ moteId }) => moteId === mote.moteId);
    return injectMote(next, mote, own, spanReadings[name].first);
  });
  const span: LabelledSpan = {
    motes: injected.map(({ mote }) => mote),
    events: new Map(injected.map(({ mote, events }) => [mote.moteId, events])),
  };
  return { span, faults, lost: injected.reduce((sum, { lost }) => sum + lost, 0) };
}

/** The recording as it is; each run of its labelled readings is one event. */
function asRecorded(recording: Recording): LabelledSpan {
  const motes = cut(recording, 'live');
  const events = motes.map(({ moteId, readings }) => {
    let runs = 0;
    return readings.map(({ labelled }, index) => {
      if (labelled && readings[index - 1]?.labelled !== true) runs += 1;
      return labelled ? { eventId: `live-mote${moteId}-${runs}`, kind: 'recorded' } : undefined;
    });
  });
  return {
    motes,
    events: new Map(motes.map(({ moteId }, index) => [moteId, events[index] ?? []])),
  };
}

/** Rows in time order, the motes of one time in the order of their ids; `row` counts from 1. */
function writeSpan({ motes, events }: LabelledSpan, name: keyof typeof spanReadings): Span {
  const features = ['row,time_s,mote_id,indoor,humidity,temperature'];
  const labels = ['row,mote_id,label,event_id,kind'];
  const { first, last } = spanReadings[name];
  for (let reading = first; reading <= last; reading += 1) {
    for (const { moteId, indoor, readings } of motes) {
      const { humidity, temperature } = readings[reading - first] ?? {
        humidity: null,
        temperature: null,
      };
      const event = events.get(moteId)?.[reading - first];
      const row = features.length;
      const time = (reading - 1) * readingSeconds;
      const values = `${writeValue(humidity)},${writeValue(temperature)}`;
      features.push(`${row},${time},${moteId},${indoor},${values}`);
      labels.push(`${row},${moteId},${event ? 1 : 0},${event?.eventId ?? ''},${event?.kind ?? ''}`);
    }
  }
  return { features: `${features.join('\n')}\n`, labels: `${labels.join('\n')}\n` };
}

function reportSpan(
  name: SpanReport['name'],
  span: LabelledSpan,
  lostReadings: number,
): SpanReport {
  const { first, last } = spanReadings[name];
  const kindById = new Map<string, string>();
  for (const event of [...span.events.values()].flat()) {
    if (event) kindById.set(event.eventId, event.kind);
  }
  const eventsByKind: Record<string, number> = {};
  for (const kind of kindById.values()) eventsByKind[kind] = (eventsByKind[kind] ?? 0) + 1;
  return {
    name,
    firstReading: first,
    lastReading: last,
    rows: (last - first + 1) * span.motes.length,
    injected: name !== 'live',
    events: kindById.size,
    eventsByKind,
    lostReadings,
  };
}

/**
 * Cuts the recording into three disjoint spans. *public* and *hidden* hold no recorded event;
 * seeded faults and ordinary packet loss are injected into them. *live* holds the recorded events
 * and is left as it is. The same text and seed (a whole number, 0 to 2^32 − 1) give the same bytes.
 * Throws where the text is not the recording.
 */
export function prepareSpans(csvText: string, seed: number): Prepared {
  const recording = readRecording(csvText);
  const seeds = mulberry32(seed);
  const open = inject(mulberry32(seeds()), recording, 'public');
  const hidden = inject(mulberry32(seeds()), recording, 'hidden');
  const live = asRecorded(recording);
  return {
    public: writeSpan(open.span, 'public'),
    hidden: writeSpan(hidden.span, 'hidden'),
    live: writeSpan(live, 'live'),
    faults: [...open.faults, ...hidden.faults],
    report: {
      seed,
      generator: 'mulberry32',
      readingSeconds,
      warmUpReadings,
      spans: [
        reportSpan('public', open.span, open.lost),
        reportSpan('hidden', hidden.span, hidden.lost),
        reportSpan('live', live, 0),
      ],
    },
  };
}

import * as z from 'zod';

/**
 * What algorithms of each task take and give. The names of tasks are those of cards; where huggingface.js
 * `packages/tasks/src/tasks/<task>/spec` has a shape for the answer, it is that one. Browser-safe.
 */

export const servedTasks = [
  'image-classification',
  'object-detection',
  'optical-character-recognition',
  'voice-activity-detection',
  'text-classification',
  'token-classification',
  'feature-extraction',
  'anomaly-detection',
] as const;
export type ServedTask = (typeof servedTasks)[number];

/** What a task is asked about: one picture (JPEG or PNG), one sound (WAV), texts, or a table. */
export type TaskInputKind = 'image' | 'audio' | 'texts' | 'table';

export const inputKinds = {
  'image-classification': 'image',
  'object-detection': 'image',
  'optical-character-recognition': 'image',
  'voice-activity-detection': 'audio',
  'text-classification': 'texts',
  'token-classification': 'texts',
  'feature-extraction': 'texts',
  'anomaly-detection': 'table',
} as const satisfies Record<ServedTask, TaskInputKind>;
export type InputKinds = typeof inputKinds;

export const TEXTS_MAX = 256;
export const TEXT_CHARACTERS_MAX = 20_000;
export const TABLE_ROWS_MAX = 20_000;
const LABELS_MAX = 1_000;
const FOUND_MAX = 10_000;

const share = z.number().min(0).max(1);
const short = z.string().max(200);
const labels = z.array(z.object({ label: short, score: share })).max(LABELS_MAX);
const count = z.number().int().min(0);

/** In pixels of the picture as it was sent, from its left upper corner. */
const box = z.object({
  xmin: z.number(),
  ymin: z.number(),
  xmax: z.number(),
  ymax: z.number(),
});
const corner = z.tuple([z.number(), z.number()]);

/** A row of a table: by the name of the column. */
export const tableRow = z.record(
  z.string().min(1).max(200),
  z.union([z.null(), z.number(), z.string().max(1_000)]),
);
export type TableRow = z.output<typeof tableRow>;

export const taskOutputs = {
  /** The likeliest first. */
  'image-classification': labels,
  /** The surest first. */
  'object-detection': z.array(z.object({ label: short, score: share, box })).max(FOUND_MAX),
  /** Lines in the order of reading; `polygon` clockwise from the left upper corner of the text, in pixels. */
  'optical-character-recognition': z.object({
    text: z.string().max(1_000_000),
    lines: z
      .array(
        z.object({
          text: z.string().max(10_000),
          score: share,
          polygon: z.tuple([corner, corner, corner, corner]),
        }),
      )
      .max(FOUND_MAX),
    width: count.describe('of the picture, in pixels'),
    height: count,
  }),
  /** Spans with a voice, in seconds from the beginning; one probability a step. */
  'voice-activity-detection': z.object({
    durationSeconds: z.number().min(0),
    stepSeconds: z.number().positive(),
    probabilities: z.array(share).max(1_000_000),
    segments: z
      .array(z.object({ start: z.number().min(0), end: z.number().min(0) }))
      .max(FOUND_MAX),
  }),
  /** One list a text, the likeliest label first. */
  'text-classification': z.array(labels).max(TEXTS_MAX),
  /**
   * One answer a text: its words in order, from `start` to before `end` in UTF-16 units, each with what it is in
   * `entity_group`; `keywords` are the weightiest words, the first most.
   */
  'token-classification': z
    .array(
      z.object({
        tokens: z
          .array(z.object({ word: short, entity_group: short, start: count, end: count }))
          .max(TEXT_CHARACTERS_MAX),
        keywords: z.array(z.object({ word: short, score: z.number() })).max(100),
      }),
    )
    .max(TEXTS_MAX),
  /** One vector a text, all of one length; `tokens` is what was read in all. */
  'feature-extraction': z.object({
    embeddings: z.array(z.array(z.number()).max(10_000)).max(TEXTS_MAX),
    tokens: count,
  }),
  /** One point a row, in its order. */
  'anomaly-detection': z.object({
    points: z
      .array(z.object({ score: z.number(), flag: z.union([z.literal(0), z.literal(1)]) }))
      .max(TABLE_ROWS_MAX),
    threshold: z.number().describe('of the score, from which on a point is flagged'),
  }),
} satisfies Record<ServedTask, z.ZodType>;

export type TaskOutputs = { [Task in ServedTask]: z.output<(typeof taskOutputs)[Task]> };

import { readFile } from 'node:fs/promises';
import { decodePicture } from '../shared/pictures/decode-picture.ts';
import type { Picture, Quadrilateral } from '../shared/pictures/picture.ts';
import { type BytesInput, numberOf, type Ort, type Surroundings } from '../shared/program.ts';
import { findText } from './find-text.ts';
import { DIRECTION_HEIGHT, DIRECTION_WIDTH, lineDirections } from './line-directions.ts';
import { linePicture, sizeOf, standing } from './line-picture.ts';
import { LINE_HEIGHT, LINE_WIDTH_MAX, type ReadLine, readLines } from './read-lines.ts';
import { readingOrder } from './reading-order.ts';
import { turned } from './smallest-rectangle.ts';

/** PaddleOCR, `tools/infer/utility.py`: `cls_thresh`, `drop_score`. */
const TURNED_FROM = 0.9;
const SCORE_MIN = 0.5;
const SIDE = { usual: 1_280, min: 320, max: 1_920 };

type FoundLine = ReadLine & { corners: Quadrilateral };

/** Reads Chinese and English text in pictures; `sideMax` may be set by a call, for large pages of small print. */
export default async function create({ ort, folder, options }: Surroundings) {
  const open = (file: string) =>
    ort.InferenceSession.create(`${folder}/${file}`, {
      // Every picture is of another size: plans and arenas for sizes seen would only grow.
      enableMemPattern: false,
    });
  const models = {
    find: await open('detection.onnx'),
    direction: await open('direction.onnx'),
    read: await open('recognition.onnx'),
    characters: await charactersOf(`${folder}/characters.txt`),
  };
  const usual = numberOf(options, 'sideMax', SIDE);
  return {
    async call({ bytes, parameters }: BytesInput) {
      const sideMax = numberOf(parameters, 'sideMax', { ...SIDE, usual });
      const picture = decodePicture(bytes);
      const boxes = (await findText(ort, models.find, picture, sideMax)).map(standing);
      const lines = await readBoxes(ort, models, picture, boxes);
      const kept = lines.filter(({ text, score }) => score >= SCORE_MIN && text.trim() !== '');
      return answered(picture, kept);
    },
  };
}

type Models = {
  direction: Parameters<typeof lineDirections>[1];
  read: Parameters<typeof readLines>[1];
  characters: readonly string[];
};

/** Every box as a line, turned as its text stands. */
async function readBoxes(
  ort: Ort,
  models: Models,
  picture: Picture,
  boxes: readonly Quadrilateral[],
): Promise<readonly FoundLine[]> {
  const small = boxes.map((box) => linePicture(picture, box, DIRECTION_HEIGHT, DIRECTION_WIDTH));
  const shares = await lineDirections(ort, models.direction, small);
  const read = async (corners: readonly Quadrilateral[]): Promise<readonly FoundLine[]> => {
    const large = corners.map((each) => linePicture(picture, each, LINE_HEIGHT, LINE_WIDTH_MAX));
    const lines = await readLines(ort, models.read, models.characters, large);
    return corners.map((each, index) => ({
      ...(lines[index] ?? { text: '', score: 0 }),
      corners: each,
    }));
  };
  const isTurned = shares.map((share) => share > TURNED_FROM);
  const lines = await read(boxes.map((box, index) => (isTurned[index] ? turned(box, 2) : box)));
  // A page stands one way. Where the classifier says otherwise of a line, what can be read better is right.
  const width = (which: boolean) =>
    boxes.reduce((sum, box, index) => sum + (isTurned[index] === which ? sizeOf(box).width : 0), 0);
  const usual = width(true) > width(false);
  const odd = lines.filter((_, index) => isTurned[index] !== usual);
  const again = await read(odd.map(({ corners }) => turned(corners, 2)));
  const better = new Map(
    odd.map((line, index) => {
      const other = again[index];
      return [line, other !== undefined && other.score > line.score ? other : line] as const;
    }),
  );
  return lines.map((line) => better.get(line) ?? line);
}

/** In the task's shape: lines in the order of reading, also in the text. */
function answered({ width, height }: Picture, found: readonly FoundLine[]) {
  const rows = readingOrder(found.map(({ corners }) => corners)).map((row) =>
    row.flatMap((index) => found[index] ?? []),
  );
  const text = rows.map(joined).join('\n');
  const lines = rows.flat().map(({ text, score, corners }) => ({ text, score, polygon: corners }));
  return { text, lines, width, height };
}

/** Of the parts of a row, those that stand apart are parted by a space, and words that are not Chinese. */
function joined(row: readonly FoundLine[]): string {
  return row.reduce((text, line, index) => {
    const before = row[index - 1];
    if (before === undefined) return line.text;
    const [[x0, y0], [x1, y1]] = [before.corners[1], line.corners[0]];
    const isApart = Math.hypot(x1 - x0, y1 - y0) > sizeOf(line.corners).height;
    const isChinese = CHINESE_END.test(text) || CHINESE_START.test(line.text);
    return isChinese && !isApart ? text + line.text : `${text} ${line.text}`;
  }, '');
}

/** Characters, and marks as wide as one. */
const CHINESE_END = /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]$/u;
const CHINESE_START = /^[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/u;

/** One a line of the file; the model's last class, a space, is not in it. */
async function charactersOf(path: string): Promise<readonly string[]> {
  const lines = (await readFile(path, 'utf8')).replace(/\r?\n$/, '').split(/\r?\n/);
  return [...lines, ' '];
}

/** In pixels, from the left upper corner. */
export type Box = { xmin: number; ymin: number; xmax: number; ymax: number };
export type Face = { score: number; box: Box };

/** What the network gives for each cell of STRIDE × STRIDE pixels. */
export type FaceMaps = {
  rows: number;
  columns: number;
  /** How likely a face has its middle there. */
  heat: Float32Array;
  /** Natural logarithms of heights, then of widths, in cells. */
  sizes: Float32Array;
  /** Where in its cell the middle is: down, then across. */
  offsets: Float32Array;
};

export const STRIDE = 4;
/** Of two boxes that share more than this much of their union, the surer stays. */
const SHARED_MAX = 0.3;
const FACES_MAX = 5_000;

/**
 * The faces in the maps, the surest first (Y. Xu et al., "CenterFace: Joint Face Detection and Alignment Using Face as
 * Point", 2020, 3.1), each once.
 */
export function faceBoxes(maps: FaceMaps, scoreMin: number): readonly Face[] {
  const { rows, columns, heat, sizes, offsets } = maps;
  const cells = rows * columns;
  const faces: Face[] = [];
  heat.forEach((score, cell) => {
    if (score < scoreMin) return;
    const height = Math.exp(sizes[cell] ?? 0) * STRIDE;
    const width = Math.exp(sizes[cells + cell] ?? 0) * STRIDE;
    const y = (Math.floor(cell / columns) + (offsets[cell] ?? 0) + 0.5) * STRIDE;
    const x = ((cell % columns) + (offsets[cells + cell] ?? 0) + 0.5) * STRIDE;
    const box = {
      xmin: Math.max(0, x - width / 2),
      ymin: Math.max(0, y - height / 2),
      xmax: Math.min(columns * STRIDE, x + width / 2),
      ymax: Math.min(rows * STRIDE, y + height / 2),
    };
    faces.push({ score: Math.min(1, score), box });
  });
  return distinct(faces.toSorted((a, b) => b.score - a.score).slice(0, FACES_MAX));
}

function distinct(sorted: readonly Face[]): readonly Face[] {
  const kept: Face[] = [];
  for (const face of sorted) {
    if (kept.every(({ box }) => shared(box, face.box) < SHARED_MAX)) kept.push(face);
  }
  return kept;
}

/** Intersection over union, from 0 to 1. */
export function shared(a: Box, b: Box): number {
  const width = Math.min(a.xmax, b.xmax) - Math.max(a.xmin, b.xmin);
  const height = Math.min(a.ymax, b.ymax) - Math.max(a.ymin, b.ymin);
  if (width <= 0 || height <= 0) return 0;
  const both = width * height;
  return both / (areaOf(a) + areaOf(b) - both);
}

const areaOf = ({ xmin, ymin, xmax, ymax }: Box) => (xmax - xmin) * (ymax - ymin);

import type { Orientation } from './exif-orientation.ts';
import { emptyPicture, type Picture } from './picture.ts';

/** Where the pixel (x, y) of what is shown stands in a stored picture of that width and height. */
type Origin = (x: number, y: number, width: number, height: number) => number;

const origins: Readonly<Record<Orientation, Origin>> = {
  1: (x, y, width) => y * width + x,
  2: (x, y, width) => y * width + width - 1 - x,
  3: (x, y, width, height) => (height - 1 - y) * width + width - 1 - x,
  4: (x, y, width, height) => (height - 1 - y) * width + x,
  5: (x, y, width) => x * width + y,
  6: (x, y, width, height) => (height - 1 - x) * width + y,
  7: (x, y, width, height) => (height - 1 - x) * width + width - 1 - y,
  8: (x, y, width) => x * width + width - 1 - y,
};

/** The picture as it is to be seen (EXIF 2.32, 4.6.5.1.6). 3 turns by 180°, 6 by 90° clockwise, 8 against it. */
export function orientPicture(picture: Picture, orientation: Orientation): Picture {
  if (orientation === 1) return picture;
  const { width, height, data } = picture;
  const turned = orientation < 5 ? emptyPicture(width, height) : emptyPicture(height, width);
  const origin = origins[orientation];
  for (let y = 0, at = 0; y < turned.height; y += 1) {
    for (let x = 0; x < turned.width; x += 1, at += 3) {
      const from = origin(x, y, width, height) * 3;
      turned.data[at] = data[from] ?? 0;
      turned.data[at + 1] = data[from + 1] ?? 0;
      turned.data[at + 2] = data[from + 2] ?? 0;
    }
  }
  return turned;
}

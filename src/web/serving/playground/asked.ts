import type { CsvTable } from './csv-rows.ts';
import type { Size } from './picture-size.ts';

/** Where a snippet finds what is sent. */
export type Source =
  /** A sample of the revision, at this address. */
  | { kind: 'sample'; address: string }
  /** The reader's own file, sent as it is. */
  | { kind: 'own' }
  /** Made on this page: recorded, converted, pasted. Whoever wants to send the same saves it first. */
  | { kind: 'made' };

/** What one call is about, as it is sent and as it is shown. */
export type Asked = {
  body: Blob;
  mediaType: string;
  /** What the body would be called as a file. */
  fileName: string;
  source: Source;
  shown: Shown;
};

export type Shown =
  /** In pixels: `original` as it was chosen, `sent` as the answer's coordinates are. */
  | { kind: 'image'; original: Size; sent: Size }
  /** At SAMPLES_PER_SECOND. */
  | { kind: 'audio'; samples: Float32Array }
  | { kind: 'texts'; texts: readonly string[] }
  | { kind: 'table'; table: CsvTable };

/** Why something cannot be sent; the words have a sentence for each. */
export type NotSent =
  | 'fileTooLarge'
  | 'pictureUnreadable'
  | 'soundUnreadable'
  | 'soundTooLong'
  | 'tableUnreadable'
  | 'tableTooLong'
  | 'textMissing'
  | 'textsTooMany'
  | 'textTooLong';

export type Made = { asked: Asked } | { notSent: NotSent };

/** Far more than anyone looks at here, and less than the door takes. */
export const FILE_BYTES_MAX = 50_000_000;

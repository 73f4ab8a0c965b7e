import type * as z from 'zod';
import { wholeNumber } from '#kernel/config.ts';

const GIB = 1024 ** 3;

/** Options of the module hub. */
export const hubOptions = {
  HUB_FILE_BYTES_MAX: {
    schema: wholeNumber({ min: 1024, max: 1024 * GIB, default: 4 * GIB }),
    summary: 'The largest file that may be uploaded, in bytes.',
  },
  HUB_REVISION_BYTES_MAX: {
    schema: wholeNumber({ min: 1024, max: 4096 * GIB, default: 16 * GIB }),
    summary: 'All files of one revision together, in bytes.',
  },
  HUB_UPLOADS_BYTES_MAX: {
    schema: wholeNumber({ min: 1024, max: 4096 * GIB, default: 32 * GIB }),
    summary: 'Uploaded but unpublished files of one repository together, in bytes.',
  },
  HUB_UPLOADS_DAYS: {
    schema: wholeNumber({ min: 1, max: 90, default: 7 }),
    summary: 'Uploaded files that are not published are forgotten after so many days.',
  },
  HUB_CARD_BYTES_MAX: {
    schema: wholeNumber({ min: 1024, max: 4 * 1024 ** 2, default: 256 * 1024 }),
    summary: 'The largest card (README.md), in bytes.',
  },
};

export type HubOptions = {
  [Name in keyof typeof hubOptions]: z.output<(typeof hubOptions)[Name]['schema']>;
};

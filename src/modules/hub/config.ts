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
  HUB_REGULAR_UPLOAD_BYTES_MAX: {
    schema: wholeNumber({ min: 1024, max: 2 * GIB, default: 300_000_000 }),
    summary:
      'The largest file that huggingface_hub sends within a commit, in bytes; larger ones need HF_HUB_DISABLE_XET=1 there.',
  },
  HUB_UPLOADS_DAYS: {
    schema: wholeNumber({ min: 1, max: 90, default: 7 }),
    summary: 'Uploaded files that are not published are forgotten after so many days.',
  },
  HUB_CARD_BYTES_MAX: {
    schema: wholeNumber({ min: 1024, max: 4 * 1024 ** 2, default: 256 * 1024 }),
    summary: 'The largest card (README.md), in bytes.',
  },
  HUB_INSPECT_SECONDS_MAX: {
    schema: wholeNumber({ min: 1, max: 600, default: 30 }),
    summary: 'An inspection of one file that takes longer is ended, in seconds.',
  },
  HUB_INSPECT_MEMORY_MIB: {
    schema: wholeNumber({ min: 32, max: 4096, default: 256 }),
    summary: 'The heap of the thread that inspects files, in MiB.',
  },
  HUB_ARCHIVE_ENTRIES_MAX: {
    schema: wholeNumber({ min: 1, max: 1_000_000, default: 100_000 }),
    summary: 'Archives of more entries are not inspected in full.',
  },
  HUB_ARCHIVE_UNPACKED_BYTES_MAX: {
    schema: wholeNumber({ min: 1024, max: 4096 * GIB, default: 64 * GIB }),
    summary: 'An archive that unpacks to more counts as a bomb, in bytes.',
  },
  HUB_ARCHIVE_RATIO_MAX: {
    schema: wholeNumber({ min: 2, max: 1100, default: 200 }),
    summary:
      'An archive that unpacks to more times its size, and to over 10 MiB, counts as a bomb.',
  },
};

export type HubOptions = {
  [Name in keyof typeof hubOptions]: z.output<(typeof hubOptions)[Name]['schema']>;
};

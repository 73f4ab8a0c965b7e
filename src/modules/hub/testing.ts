import type { HubOptions } from './config.ts';

export const testOptions: HubOptions = {
  HUB_FILE_BYTES_MAX: 1_000_000,
  HUB_REVISION_BYTES_MAX: 2_000_000,
  HUB_UPLOADS_BYTES_MAX: 3_000_000,
  HUB_UPLOADS_DAYS: 7,
  HUB_CARD_BYTES_MAX: 10_000,
};

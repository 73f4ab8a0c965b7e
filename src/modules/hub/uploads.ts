import type { Door } from '#kernel/door.ts';
import { Failure, kernelErrors } from '#kernel/errors.ts';
import type { Kernel } from '#kernel/module.ts';
import type { Call } from '#kernel/principal.ts';
import { pause, type Service } from '#kernel/service.ts';
import type { HubOptions } from './config.ts';
import { hubErrors } from './errors.ts';
import { requireActive } from './repositories.ts';
import * as store from './store.ts';
import { expireTickets } from './store-refs.ts';

type Parcel = {
  repositoryId: string;
  source: Uint8Array | AsyncIterable<Uint8Array>;
  /** The digest that the bytes must have. */
  expected?: string;
  /** Less than the largest file that any upload may be. */
  bytesMax?: number;
};

export type StoreFile = (
  input: Parcel,
  call: Call,
) => Promise<{ digest: string; sizeBytes: number }>;

/** As `StoreFile`, for those who asked access before: `by` is who uploads. */
export type ParkFile = (
  input: Parcel & { by: string },
) => Promise<{ digest: string; sizeBytes: number }>;

const DAY_MS = 24 * 60 * 60 * 1000;
const FORGET_EVERY_MS = 60 * 60 * 1000;

/**
 * Stores a file for a repository, to be published later. Throws `hub.uploads_full`,
 * `hub.repository_closed`, `kernel.too_large`, `kernel.blob_mismatch`. Asks no access.
 */
export function createParkFile(options: HubOptions, { db, blobs, clock }: Kernel): ParkFile {
  return async ({ repositoryId, source, expected, by, bytesMax: wanted }) => {
    const repository = await store.readRepository(db.read, repositoryId);
    if (!repository) throw kernelErrors.make.missing({ id: repositoryId });
    requireActive(repository);
    const left = options.HUB_UPLOADS_BYTES_MAX - (await store.uploadedBytes(db.read, repositoryId));
    const fileMax = Math.min(options.HUB_FILE_BYTES_MAX, wanted ?? Number.POSITIVE_INFINITY);
    const bytesMax = Math.min(fileMax, left);
    const stored = await blobs
      .put(source, { bytesMax, ...(expected ? { expected } : {}) })
      .catch((error: unknown) => {
        const full = error instanceof Failure && error.code === 'kernel.too_large';
        if (!full || left > fileMax) throw error;
        throw hubErrors.make.uploads_full({
          bytesMax: options.HUB_UPLOADS_BYTES_MAX,
          days: options.HUB_UPLOADS_DAYS,
        });
      });
    const upload = { repositoryId, ...stored, by, at: clock.now() };
    await db.transaction((tx) => store.insertUpload(tx, upload));
    return stored;
  };
}

/** As `ParkFile`, for a caller who may write to the repository; access is asked. */
export function createStoreFile({ access }: Kernel, uses: { parkFile: ParkFile }): StoreFile {
  return async (input, call) => {
    const ref = { type: 'hub.repository', id: input.repositoryId };
    await access.require(call.principal, 'hub.repository.write', ref);
    return uses.parkFile({ ...input, by: call.principal.id });
  };
}

/** `PUT …/uploads/<digest>` with the file as the body; `any` in place of a digest that is not known. */
export function uploadDoor(options: HubOptions, uses: { storeFile: StoreFile }): Door {
  return {
    module: 'hub',
    name: 'uploadFile',
    method: 'PUT',
    path: '/api/v1/hub/repositories/:repositoryId/uploads/:digest',
    summary: 'Upload one file of a repository, to be published with a revision.',
    permission: 'hub.repository.write',
    bodyBytesMax: options.HUB_FILE_BYTES_MAX,
    errors: ['invalid', 'unauthenticated', 'denied', 'missing', 'conflict', 'limited'],
    async handle({ raw, params }, call) {
      const { repositoryId = '', digest = '' } = params;
      if (digest !== 'any' && !/^sha256:[0-9a-f]{64}$/.test(digest)) {
        throw kernelErrors.make.invalid_input({
          problem: 'the last step of the path is sha256:<64 hexadecimal digits>, or any',
        });
      }
      const expected = digest === 'any' ? {} : { expected: digest };
      const stored = await uses.storeFile({ repositoryId, source: raw, ...expected }, call);
      return {
        status: 201,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: JSON.stringify(stored),
      };
    },
  };
}

/** Forgets uploads that were not published in time; their bytes then go with the next sweep. */
export function forgetUploadsService(options: HubOptions, kernel: Kernel): Service {
  const { db, clock, log } = kernel;
  return {
    name: 'hub.forgetUploads',
    async run(signal) {
      while (!signal.aborted) {
        const before = new Date(clock.now().getTime() - options.HUB_UPLOADS_DAYS * DAY_MS);
        try {
          const count = await db.transaction((tx) => store.expireUploads(tx, before));
          await db.transaction((tx) => expireTickets(tx, clock.now()));
          if (count > 0) log.info({ count }, 'unpublished uploads were forgotten');
        } catch (error) {
          log.warn({ error }, 'unpublished uploads could not be forgotten');
        }
        await pause(FORGET_EVERY_MS, signal);
      }
    },
  };
}

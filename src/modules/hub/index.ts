import { guard, type Handlers, type Kernel, type ModuleSource } from '#kernel/module.ts';
import { archiveDoors } from './archives.ts';
import { readCard } from './card.ts';
import { createListClaims } from './card-claims.ts';
import type { HubOptions } from './config.ts';
import { hubContract } from './contract.ts';
import { croissantDoor } from './croissant.ts';
import { fileDoors } from './downloads.ts';
import { accessRequestHandlers } from './gate/access-requests.ts';
import type { SendNotice } from './gate/gate-notices.ts';
import { hubApiDoors } from './hf/doors.ts';
import { inspectionHandlers, summariesOf } from './inspection/findings-reads.ts';
import { createInspections } from './inspection/inspect-service.ts';
import { type HubParties, withoutParties } from './owner-names.ts';
import { createPublish, createPublishRevision } from './publish-revision.ts';
import { createReadRevision } from './read-revision.ts';
import { createRefs } from './refs.ts';
import { repositoryHandlers } from './repositories.ts';
import { revisionHandlers } from './revisions.ts';
import { createSearchEntries } from './search-entries.ts';
import * as store from './store.ts';
import { createParkFile, createStoreFile, forgetUploadsService, uploadDoor } from './uploads.ts';

export { hubOptions } from './config.ts';

export const hubSource: ModuleSource = {
  contract: hubContract,
  migrations: { module: 'hub', folder: new URL('./migrations', import.meta.url).pathname },
  cedar: new URL('./policies.cedar', import.meta.url),
};

export type Hub = ReturnType<typeof createHub>;

/** Repositories of algorithms, datasets and programs, with immutable revisions. */
export function createHub(
  options: HubOptions,
  uses: {
    kernel: Kernel;
    /** Without it owners are named by their ids alone. */
    parties?: HubParties;
    /** Tells owners and askers of requests for access; without it nobody is told. */
    notify?: SendNotice;
  },
) {
  const { kernel, parties = withoutParties, notify = async () => undefined } = uses;
  const publish = createPublish(options, kernel);
  const gate = { kernel, parties, notify };
  const handlers: Handlers<(typeof hubContract)['operations']> = {
    ...repositoryHandlers(kernel, parties),
    ...accessRequestHandlers(gate),
    ...revisionHandlers(kernel),
    ...inspectionHandlers(kernel),
    publishRevision: createPublishRevision(publish),
    listClaims: createListClaims(kernel),
    async checkCard({ text }) {
      const { card, problems, warnings } = readCard('README.md', text);
      return { problems: [...problems], warnings: [...warnings], metadata: card.metadata };
    },
  };
  const parkFile = createParkFile(options, kernel);
  const storeFile = createStoreFile(kernel, { parkFile });
  const guarded = guard(hubContract, kernel.access, handlers);
  const shared = { options, kernel, parties, publish, parkFile, refs: createRefs(kernel) };
  const inspections = createInspections(options, kernel);
  return {
    contract: hubContract,
    handlers: guarded,
    doors: [
      uploadDoor(options, { storeFile }),
      ...fileDoors(kernel),
      ...archiveDoors(kernel),
      croissantDoor({ kernel, parties }),
      ...hubApiDoors({ ...shared, handlers: guarded }),
    ],
    services: [forgetUploadsService(options, kernel), inspections.service],
    subscriptions: [inspections.subscription],

    /** Stores a file for a repository, to be published later; access is asked. */
    storeFile,
    /** A whole revision with its files and card; access is asked. */
    readRevision: createReadRevision(kernel),
    /** What was found of files of a revision, in their order; access is not asked. */
    inspectionsOf: (files: readonly { path: string; digest: string }[]) =>
      summariesOf(kernel.db.read, files),
    /** Which of these objects a repository refers to, for the sweep of blobs. */
    blobsInUse: (digests: readonly string[]) => store.digestsInUse(kernel.db.read, digests),
    /** What the search shows of repositories. */
    searchEntries: createSearchEntries(kernel),
  };
}

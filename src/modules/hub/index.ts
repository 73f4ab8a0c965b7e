import { guard, type Handlers, type Kernel, type ModuleSource } from '#kernel/module.ts';
import { archiveDoors } from './archives.ts';
import { readCard } from './card.ts';
import type { HubOptions } from './config.ts';
import { hubContract } from './contract.ts';
import { fileDoors } from './downloads.ts';
import { createPublishRevision } from './publish-revision.ts';
import { createReadRevision } from './read-revision.ts';
import { repositoryHandlers } from './repositories.ts';
import { revisionHandlers } from './revisions.ts';
import { createSearchEntries } from './search-entries.ts';
import * as store from './store.ts';
import { createStoreFile, forgetUploadsService, uploadDoor } from './uploads.ts';

export { hubOptions } from './config.ts';

export const hubSource: ModuleSource = {
  contract: hubContract,
  migrations: { module: 'hub', folder: new URL('./migrations', import.meta.url).pathname },
  cedar: new URL('./policies.cedar', import.meta.url),
};

export type Hub = ReturnType<typeof createHub>;

/** Repositories of algorithms, datasets and programs, with immutable revisions. */
export function createHub(options: HubOptions, uses: { kernel: Kernel }) {
  const { kernel } = uses;
  const handlers: Handlers<(typeof hubContract)['operations']> = {
    ...repositoryHandlers(kernel),
    ...revisionHandlers(kernel),
    publishRevision: createPublishRevision(options, kernel),
    async checkCard({ text }) {
      const { card, problems } = readCard('README.md', text);
      return { problems: [...problems], metadata: card.metadata };
    },
  };
  const storeFile = createStoreFile(options, kernel);
  return {
    contract: hubContract,
    handlers: guard(hubContract, kernel.access, handlers),
    doors: [uploadDoor(options, { storeFile }), ...fileDoors(kernel), ...archiveDoors(kernel)],
    services: [forgetUploadsService(options, kernel)],
    subscriptions: [],

    /** Stores a file for a repository, to be published later; access is asked. */
    storeFile,
    /** A whole revision with its files and card; access is asked. */
    readRevision: createReadRevision(kernel),
    /** Which of these objects a repository refers to, for the sweep of blobs. */
    blobsInUse: (digests: readonly string[]) => store.digestsInUse(kernel.db.read, digests),
    /** What the search shows of repositories. */
    searchEntries: createSearchEntries(kernel),
  };
}

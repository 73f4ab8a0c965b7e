import type { Executor } from '#kernel/db.ts';
import type { Words } from '#kernel/entities.ts';
import type { FacetName } from './facets.ts';

/** Something that can be found. */
export type Entry = {
  /** The id of the resource itself, by which access is asked. */
  id: string;
  title: Words;
  summary: Words;
  /** More text to find it by. */
  text: string;
  /** Its page in the portal. */
  href: string;
  ownerId: string | null;
  updatedAt: Date;
  /** Values by which it can be filtered. */
  facets?: Readonly<Partial<Record<FacetName, readonly string[]>>>;
  /** The revision whose results count for it. */
  revisionDigest?: string | null;
  /** Whether its publisher claims results; absent where nothing is ever measured. */
  claimed?: boolean;
};

/** Entries of one kind, from the module that holds them. */
export type Source = {
  kind: string;
  /** The permission of kind `read` that lists of them ask for; null where everybody may see all. */
  permission: string | null;
  /** Facts after which the entry of their subject is read again. */
  factKinds: readonly string[];
  /** Null where there is none, or it is to be found no longer. */
  read(id: string, executor: Executor): Promise<Entry | null>;
  /** Everything, for building the index again; called outside a transaction. */
  readAll(): AsyncIterable<Entry>;
};

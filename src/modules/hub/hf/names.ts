import type { RepositoryKind } from '../entities.ts';

/**
 * Names of the Hugging Face Hub API (https://huggingface.co/docs/hub/api) for what is here. Its *models*
 * are our algorithms; programs and spaces have no place in it.
 */
export type HubType = {
  /** In paths of the API. */
  plural: 'models' | 'datasets';
  /** In bodies. */
  singular: 'model' | 'dataset';
  /** Before `owner/name` in addresses of files. */
  prefix: '' | 'datasets/';
  kind: RepositoryKind;
};

export const hubTypes: readonly HubType[] = [
  { plural: 'models', singular: 'model', prefix: '', kind: 'algorithm' },
  { plural: 'datasets', singular: 'dataset', prefix: 'datasets/', kind: 'dataset' },
];

/** The type that a body names; models where it names none, null for spaces and whatever else. */
export function hubTypeNamed(singular: string | undefined | null): HubType | null {
  if (singular === undefined || singular === null) return hubTypes[0] ?? null;
  return hubTypes.find((type) => type.singular === singular) ?? null;
}

/**
 * The name of a revision for clients that know commits of git: the first 40 hexadecimal digits of its
 * digest. 160 of the 256 bits stay, as many as git's own names have.
 */
export function commitOf(revisionDigest: string): string {
  return revisionDigest.slice('sha256:'.length, 'sha256:'.length + 40);
}

export const hexOf = (digest: string) => digest.slice('sha256:'.length);

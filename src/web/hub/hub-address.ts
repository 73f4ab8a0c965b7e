/** Addresses of the hub's pages and of its downloads. */

export const hubHref = (repositoryId: string, page = '', query: Record<string, string> = {}) => {
  const path = page === '' ? `/hub/${repositoryId}` : `/hub/${repositoryId}/${page}`;
  const text = new URLSearchParams(query).toString();
  return text === '' ? path : `${path}?${text}`;
};

const doorOf = (repositoryId: string) => `/api/v1/hub/repositories/${repositoryId}`;

export const fileHref = (repositoryId: string, revision: string, path: string): string =>
  `${doorOf(repositoryId)}/revisions/${revision}/files/${path.split('/').map(encodeURIComponent).join('/')}`;

export const archiveHref = (repositoryId: string, revision: string, format: 'zip' | 'tar') =>
  `${doorOf(repositoryId)}/revisions/${revision}/archive.${format}`;

export const uploadHref = (repositoryId: string, digest: string): string =>
  `${doorOf(repositoryId)}/uploads/${digest}`;

export const downloadCommand = (repositoryId: string, name: string): string =>
  `touyan download ${repositoryId} --to ${name}`;

import { declareErrors } from '#kernel/errors.ts';

export const hubErrors = declareErrors('hub', {
  name_taken: {
    category: 'conflict',
    message: 'This owner already has a repository named {name}. Choose another name.',
  },
  title_empty: {
    category: 'invalid',
    message: 'The title is empty in both languages. Give it in one at least.',
  },
  repository_closed: {
    category: 'conflict',
    message: 'The repository {repositoryId} is archived. Unarchive it before changing it.',
  },
  revision_missing: {
    category: 'missing',
    message: 'The repository has no revision {revisionDigest}. List its revisions.',
  },
  file_missing: {
    category: 'missing',
    message: 'The revision has no file {path}. List its files.',
  },
  files_not_uploaded: {
    category: 'invalid',
    message: 'These files were not uploaded to this repository: {paths}. Upload them first.',
  },
  paths_refused: {
    category: 'invalid',
    message: '{path}: {problem}. Rename the file and publish again.',
  },
  pointer_file: {
    category: 'invalid',
    message:
      '{path} is a Git LFS pointer, not the file itself. Run "git lfs pull" and upload again.',
  },
  card_invalid: {
    category: 'invalid',
    message: 'The front matter of {path} does not fit: {problems}. Correct it and upload it again.',
  },
  head_moved: {
    category: 'conflict',
    message:
      'Another revision was published meanwhile ({head}). Read it, then publish on top of it.',
  },
  key_used: {
    category: 'conflict',
    message: 'The key {key} belongs to another revision. Use a new key for other files.',
  },
  revision_too_large: {
    category: 'invalid',
    message: 'The files come to {sizeBytes} bytes, and a revision holds {bytesMax}. Split them.',
  },
  uploads_full: {
    category: 'limited',
    message:
      'Unpublished uploads of this repository fill their {bytesMax} bytes. Publish them, or wait {days} days.',
  },
  ref_unfit: {
    category: 'invalid',
    message: 'The name {name} does not fit a branch or tag: {problem}. Choose another one.',
  },
  ref_taken: {
    category: 'conflict',
    message: 'The repository already has a {kind} named {name}. Choose another name.',
  },
  ref_missing: {
    category: 'missing',
    message: 'The repository has no {kind} named {name}. List its branches and tags.',
  },
  refs_full: {
    category: 'limited',
    message: 'A repository holds {refsMax} branches and tags. Delete some first.',
  },
  commit_unfit: {
    category: 'invalid',
    message: 'The commit does not fit: {problem}. Nothing was changed.',
  },
  access_needed: {
    category: 'denied',
    message:
      'The files of {repositoryId} are gated. Ask its owner for access on its page, or by POST …/access-requests.',
  },
  not_gated: {
    category: 'invalid',
    message: 'The repository {repositoryId} is not gated: who sees it reads its files.',
  },
  access_held: {
    category: 'invalid',
    message: 'You read the files of {repositoryId} already. There is nothing to ask for.',
  },
  access_form_unfit: {
    category: 'invalid',
    message: '{field}: {problem}. Answer every question of the form and ask again.',
  },
  access_request_missing: {
    category: 'missing',
    message: 'The repository {repositoryId} has no such access request. List its requests.',
  },
  ticket_over: {
    category: 'denied',
    message:
      'The leave for this upload is unknown or over. Ask for another and send the file again.',
  },
  archive_too_large: {
    category: 'invalid',
    message: 'A zip holds at most 4 GiB. Take archive.tar instead, or single files.',
  },
});

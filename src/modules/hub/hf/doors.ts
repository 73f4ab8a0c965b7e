import type { Door } from '#kernel/door.ts';
import type { Category } from '#kernel/errors.ts';
import { kernelErrors } from '#kernel/errors.ts';
import { commitDoor } from './commit.ts';
import { askAccessDoor, grantAccessDoor, handleRequestDoor, listRequestsDoor } from './gates.ts';
import {
  authCheckDoor,
  commitsDoor,
  infoDoor,
  listDoor,
  refsDoor,
  validateCardDoor,
  whoamiDoor,
} from './info.ts';
import { lfsBatchDoor, ticketDoor } from './lfs.ts';
import { type HubType, hubTypes } from './names.ts';
import { hubRefusal } from './reply.ts';
import {
  createRefDoor,
  createRepositoryDoor,
  deleteRefDoor,
  deleteRepositoryDoor,
  moveRepositoryDoor,
  preuploadDoor,
  settingsDoor,
  xetDoor,
} from './repositories.ts';
import { resolveDoor } from './resolve.ts';
import { pathsInfoDoor, treeDoor } from './tree.ts';
import type { HfUses } from './uses.ts';

const MIB = 1024 ** 2;

type Row = readonly [
  method: Door['method'],
  path: string,
  summary: string,
  permission: string,
  bodyBytesMax: number,
  door: Pick<Door, 'handle'>,
];

/**
 * The Hugging Face Hub HTTP API (https://huggingface.co/docs/hub/api), as `huggingface_hub` (Python) and
 * `@huggingface/hub` (JavaScript) speak it: only the endpoint has to be set.
 */
export function hubApiDoors(uses: HfUses): Door[] {
  const errors: Category[] = [
    ...(['invalid', 'unauthenticated', 'denied', 'missing', 'conflict'] as const),
    ...(['limited', 'unavailable'] as const),
  ];
  const named = (prefix: string, rows: Record<string, Row>): Door[] =>
    Object.entries(rows).map(([name, [method, path, summary, permission, bodyBytesMax, door]]) => ({
      module: 'hub',
      name: `${prefix}${name}`,
      ...{ method, path, summary, permission, bodyBytesMax, errors },
      ...door,
      refuse: hubRefusal,
    }));
  return [
    ...named('hf', commonRows(uses)),
    ...hubTypes.flatMap((type) => {
      const prefix = type.singular === 'model' ? 'hfModel' : 'hfDataset';
      return [...named(prefix, readingRows(uses, type)), ...named(prefix, writingRows(uses, type))];
    }),
  ];
}

const read = 'open';
const write = 'hub.repository.write';
const manage = 'hub.repository.manage';

function commonRows(uses: HfUses): Record<string, Row> {
  const nothing = async () => {
    throw kernelErrors.make.missing({ id: 'spaces' });
  };
  return {
    WhoAmI: [
      'GET',
      '/api/whoami-v2',
      'Hub API: who the key belongs to.',
      read,
      0,
      whoamiDoor(uses),
    ],
    CheckCard: [
      ...(['POST', '/api/validate-yaml', 'Hub API: check a card.', read, 4 * MIB] as const),
      validateCardDoor(),
    ],
    CreateRepository: [
      ...(['POST', '/api/repos/create', 'Hub API: create a repository.'] as const),
      ...(['hub.repository.create', MIB] as const),
      createRepositoryDoor(uses),
    ],
    DeleteRepository: [
      ...(['DELETE', '/api/repos/delete', 'Hub API: archive a repository.', manage, MIB] as const),
      deleteRepositoryDoor(uses),
    ],
    MoveRepository: [
      ...(['POST', '/api/repos/move', 'Hub API: rename or hand over.', manage, MIB] as const),
      moveRepositoryDoor(uses),
    ],
    ListSpaces: [
      ...(['GET', '/api/spaces', 'Hub API: there are no spaces.', read, 0] as const),
      { handle: async () => ({ status: 200, headers: jsonType, body: '[]' }) },
    ],
    Space: [
      ...(['GET', '/api/spaces/*', 'Hub API: there are no spaces.', read, 0] as const),
      { handle: nothing },
    ],
    TakeFile: [
      ...(['PUT', '/api/v1/hub/tickets/:token', 'Send a large file, by a ticket.', read] as const),
      uses.options.HUB_FILE_BYTES_MAX,
      ticketDoor(uses),
    ],
  };
}

const jsonType = { 'content-type': 'application/json; charset=utf-8' };

function readingRows(uses: HfUses, type: HubType): Record<string, Row> {
  const api = `/api/${type.plural}`;
  const one = `${api}/:namespace/:name`;
  const at = (place: 'resolve' | 'raw') => `/${type.prefix}:namespace/:name/${place}/:revision/*`;
  const what = `Hub API, ${type.plural}`;
  const fileRows = (name: string, place: 'resolve' | 'raw'): Record<string, Row> => ({
    [name]: [
      ...(['GET', at(place), `${what}: download a file.`, read, 0] as const),
      resolveDoor(uses, type, 'GET'),
    ],
    [`${name}Head`]: [
      ...(['HEAD', at(place), `${what}: size and digest of a file.`, read, 0] as const),
      resolveDoor(uses, type, 'HEAD'),
    ],
  });
  return {
    List: ['GET', api, `${what}: list and search.`, read, 0, listDoor(uses, type)],
    Info: ['GET', one, `${what}: one, with its files.`, read, 0, infoDoor(uses, type)],
    InfoAt: [
      ...(['GET', `${one}/revision/:revision`, `${what}: one at a revision.`, read, 0] as const),
      infoDoor(uses, type),
    ],
    Tree: [
      ...(['GET', `${one}/tree/:revision`, `${what}: files and folders.`, read, 0] as const),
      treeDoor(uses, type),
    ],
    TreeUnder: [
      ...(['GET', `${one}/tree/:revision/*`, `${what}: files of a folder.`, read, 0] as const),
      treeDoor(uses, type),
    ],
    PathsInfo: [
      ...(['POST', `${one}/paths-info/:revision`, `${what}: some files.`, read, MIB] as const),
      pathsInfoDoor(uses, type),
    ],
    Refs: ['GET', `${one}/refs`, `${what}: branches and tags.`, read, 0, refsDoor(uses, type)],
    Commits: [
      ...(['GET', `${one}/commits/:revision`, `${what}: revisions, latest first.`] as const),
      ...([read, 0] as const),
      commitsDoor(uses, type),
    ],
    AuthCheck: [
      ...(['GET', `${one}/auth-check`, `${what}: whether one may read.`, read, 0] as const),
      authCheckDoor(uses, type, 'read'),
    ],
    AuthCheckWrite: [
      ...(['GET', `${one}/auth-check/write`, `${what}: whether one may write.`] as const),
      ...([write, 0] as const),
      authCheckDoor(uses, type, 'write'),
    ],
    ...fileRows('Resolve', 'resolve'),
    // Where git has a pointer for a large file there is the file itself.
    ...fileRows('Raw', 'raw'),
  };
}

function writingRows(uses: HfUses, type: HubType): Record<string, Row> {
  const one = `/api/${type.plural}/:namespace/:name`;
  const what = `Hub API, ${type.plural}`;
  const batch = `/${type.prefix}:namespace/:name.git/info/lfs/objects/batch`;
  // Base64 takes four bytes for three, and lines have paths.
  const commitBytesMax = Math.ceil(uses.options.HUB_REVISION_BYTES_MAX * 1.34) + 64 * MIB;
  const ref = (kind: 'branch' | 'tag', path: string, verb: 'POST' | 'DELETE'): Row => [
    ...([verb, `${one}/${path}/:revision`] as const),
    ...([`${what}: ${verb === 'POST' ? 'create' : 'delete'} a ${kind}.`, write, MIB] as const),
    verb === 'POST' ? createRefDoor(uses, type, kind) : deleteRefDoor(uses, type, kind),
  ];
  return {
    Preupload: [
      ...(['POST', `${one}/preupload/:revision`, `${what}: how to send files.`] as const),
      ...([write, 4 * MIB] as const),
      preuploadDoor(uses, type),
    ],
    LfsBatch: [
      ...(['POST', batch, `${what}: where to send large files.`, write, MIB] as const),
      lfsBatchDoor(uses, type),
    ],
    Xet: [
      ...(['GET', `${one}/xet-write-token/:revision`, `${what}: no Xet storage here.`] as const),
      ...([read, 0] as const),
      xetDoor(uses),
    ],
    Commit: [
      ...(['POST', `${one}/commit/:revision`, `${what}: add and delete files.`] as const),
      ...([write, commitBytesMax] as const),
      commitDoor(uses, type),
    ],
    Settings: [
      ...(['PUT', `${one}/settings`, `${what}: who may see it.`, manage, MIB] as const),
      settingsDoor(uses, type),
    ],
    ...gateRows(uses, type),
    CreateBranch: ref('branch', 'branch', 'POST'),
    DeleteBranch: ref('branch', 'branch', 'DELETE'),
    CreateTag: ref('tag', 'tag', 'POST'),
    DeleteTag: ref('tag', 'tag', 'DELETE'),
  };
}

function gateRows(uses: HfUses, type: HubType): Record<string, Row> {
  const requests = `/api/${type.plural}/:namespace/:name/user-access-request`;
  const ask = `/${type.prefix}:namespace/:name/ask-access`;
  const what = `Hub API, ${type.plural}`;
  return {
    AskAccess: [
      ...(['POST', ask, `${what}: ask for gated files.`, 'hub.access.ask', MIB] as const),
      askAccessDoor(uses, type),
    ],
    AccessRequests: [
      ...(['GET', `${requests}/:state`, `${what}: who asked for gated files.`] as const),
      ...([manage, 0] as const),
      listRequestsDoor(uses, type),
    ],
    HandleAccessRequest: [
      ...(['POST', `${requests}/handle`, `${what}: answer a request for access.`] as const),
      ...([manage, MIB] as const),
      handleRequestDoor(uses, type),
    ],
    GrantAccess: [
      ...(['POST', `${requests}/grant`, `${what}: give access unasked.`, manage, MIB] as const),
      grantAccessDoor(uses, type),
    ],
  };
}

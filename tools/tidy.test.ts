import { existsSync, globSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  isTest,
  moduleNames,
  order,
  read,
  readHouse,
  roomOf,
  roomOfImport,
  root,
} from './house.ts';

/** The rules of the house that no linter knows. A failure names the file and what to do. */

const files = readHouse();
const modules = moduleNames();

/** Words that have one name here; the right-hand side is that name. */
const banned: [RegExp, string][] = [
  [/\bsandbox(ed|es|ing)?\b/i, 'isolation (of a job), or regulatory sandbox'],
  [/\bsubmitter app\b/i, 'submission'],
  [/\b(utils|helpers)\b/i, 'the name of what it does'],
];

/** Where such a word is somebody else's: an option of a program, a title of a standard. */
const bannedElsewhere = /--no-sandbox|'sandbox'|regulatory sandbox|@better-auth\/utils/i;

describe('the direction of imports', () => {
  it('follows the order of the rooms', () => {
    const wrong = files
      .filter(({ path }) => !isTest(path))
      .flatMap(({ path, imports }) => {
        const own = roomOf(path);
        return imports
          .map(roomOfImport)
          .filter((room) => room !== null && room !== own && !mayUse(own, room))
          .map((room) => `${path} uses ${room}`);
      });
    expect(wrong).toEqual([]);
  });

  it('never climbs out of a room by path', () => {
    const wrong = files.flatMap(({ path, imports }) =>
      imports
        .filter((specifier) => specifier.startsWith('.'))
        .map((specifier) => new URL(specifier, `file:///${path}`).pathname.slice(1))
        .filter((target) => roomOf(target) !== roomOf(path))
        .map((target) => `${path} imports ${target}: use its # name`),
    );
    expect(wrong).toEqual([]);
  });

  it('keeps the browser to contracts', () => {
    const wrong = files
      .filter(({ path }) => roomOf(path) === 'web' && !isTest(path))
      .flatMap(({ path, imports }) =>
        imports
          .filter((specifier) => /^#(kernel|modules)\//.test(specifier))
          .filter(
            (specifier) =>
              !/^#kernel\/(contract|entities|errors|kernel-contract)\.ts$/.test(specifier),
          )
          .map((specifier) => `${path} imports ${specifier}`),
      );
    expect(wrong).toEqual([]);
  });
});

function mayUse(own: string, room: string): boolean {
  if (own === 'apps') return true;
  if (own === 'verify') return false;
  if (own === 'web') return room !== 'apps';
  if (room === 'verify') return true;
  const from = order.indexOf(own as never);
  const to = order.indexOf(room as never);
  return from >= 0 && to >= 0 && to < from;
}

describe.each(modules)('the room %s', (module) => {
  const own = files.filter(({ path }) => path.startsWith(`src/modules/${module}/`));

  it('has its files', () => {
    const wanted = ['README.md', 'contract.ts', 'index.ts', 'config.ts'];
    const missing = wanted.filter((file) => !existsSync(`${root}/src/modules/${module}/${file}`));
    expect(missing).toEqual([]);
  });

  it('says in its README what it really uses', () => {
    const said = /^Uses: (.+?)\.?$/m.exec(read(`src/modules/${module}/README.md`))?.[1] ?? '';
    const real = own
      .filter(({ path }) => !isTest(path))
      .flatMap(({ imports }) => imports.map(roomOfImport))
      .filter((room): room is string => room !== null && room !== module);
    expect(said.split(/,\s*/).sort()).toEqual([...new Set(real)].sort());
  });

  it('keeps its tables to itself', () => {
    const tables = globSync(`src/modules/${module}/migrations/*.sql`, { cwd: root })
      .flatMap((path) => [...read(path).matchAll(/create table (?:if not exists )?(\w+)/gi)])
      .map(([, table]) => table ?? '');
    const foreign = tables.filter((table) => !table.startsWith(`${module}_`));
    expect(foreign).toEqual([]);
    const wrong = files
      .filter(({ path }) => !isTest(path) && !path.startsWith(`src/modules/${module}/`))
      .flatMap(({ path, text }) =>
        tables
          .filter((table) => new RegExp(`\\b${table}\\b`).test(text))
          .map((table) => `${path}: ${table}`),
      );
    expect(wrong).toEqual([]);
  });
});

describe('every file', () => {
  it('ends before line 500', () => {
    const long = files.filter(({ text }) => text.split('\n').length > 500).map(({ path }) => path);
    expect(long).toEqual([]);
  });

  it('is named in kebab-case', () => {
    const wrong = files.filter(
      ({ path }) => !/^[a-z0-9-]+(\.[a-z0-9-]+)*\.tsx?$/.test(path.split('/').at(-1) ?? ''),
    );
    expect(wrong.map(({ path }) => path)).toEqual([]);
  });

  it('uses one word for one thing', () => {
    const wrong = files.flatMap(({ path, text }) =>
      text
        .split('\n')
        .flatMap((line, index) =>
          banned
            .filter(([word]) => word.test(line) && !bannedElsewhere.test(line))
            .map(([word, instead]) => `${path}:${index + 1} ${word}: say ${instead}`),
        ),
    );
    expect(wrong).toEqual([]);
  });

  it('reads the environment in apps only', () => {
    const wrong = files
      .filter(({ path }) => !isTest(path) && roomOf(path) !== 'apps')
      .filter(({ text }) => /process\.env\b/.test(text))
      .map(({ path }) => path);
    expect(wrong).toEqual([]);
  });

  it('opens no way in but through the door table', () => {
    const wrong = files
      .filter(
        ({ path }) =>
          !/^src\/kernel\/http(-\w+)?\.ts$|^src\/apps\/witness|^src\/web\//.test(path) &&
          !isTest(path),
      )
      .filter(({ text }) => /from 'fastify'|createServer\(/.test(text))
      .map(({ path }) => path);
    expect(wrong).toEqual([]);
  });
});

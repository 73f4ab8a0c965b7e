import { sql } from 'kysely';
import { readOptions } from '#kernel/config.ts';
import type { Database } from '#kernel/db.ts';
import type { DoorRequest } from '#kernel/door.ts';
import { type Call, type Principal, stranger } from '#kernel/principal.ts';
import { testDatabases } from '#kernel/testing.ts';
import { openTestKernel } from '#kernel/testing-kernel.ts';
import { createHub, type Hub, hubOptions, hubSource } from '#modules/hub';

/**
 * The hub's lists and card page among 100,000 repositories, each with a revision of three files and a card of a
 * kilobyte; strangers may see nine in ten. p95 in milliseconds of each kind of question and of all, and the median of the
 * first page in relation to counting all rows that show, in the same run. On PostgreSQL, where DATABASE_URL_TEST names one;
 * and among 20,000 on PGlite, which holds its files in memory here. One JSON line a figure. REPOSITORIES names another number.
 */

const REPOSITORIES: Record<string, number> = { pglite: 20_000, postgres: 100_000 };
const countOn = (engine: string) => Number(process.env.REPOSITORIES ?? REPOSITORIES[engine]);
const ROUNDS = 40;

const principals: Record<string, Principal> = {
  stranger,
  member: {
    ...{ id: 'party_me', kind: 'person', name: 'me', roles: [] },
    memberships: [{ organisation: 'party_7', role: 'member' }],
  },
};

let state = 7;
/** Numbers that look random and are the same in every run. */
function random(below: number): number {
  state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}

let failed = false;
for (const { engine, open } of testDatabases()) {
  const db = await open();
  const count = countOn(engine);
  const { kernel, close } = await openTestKernel(db, { sources: [hubSource], blobs: true });
  await fill(db, count);
  const hub = createHub(readOptions(hubOptions, {}), { kernel });
  const all: number[] = [];
  const first: number[] = [];
  for (const [name, question] of Object.entries(questionsOf(hub, count))) {
    const times: number[] = [];
    for (const principal of Object.values(principals)) {
      const signal = new AbortController().signal;
      const call: Call = { principal, requestId: 'r', language: 'zh', signal };
      await question(call);
      // The first question starts a count of what the reader sees in the background.
      await new Promise((resolve) => setTimeout(resolve, 300));
      for (let round = 0; round < ROUNDS; round += 1) {
        const started = performance.now();
        await question(call);
        times.push(performance.now() - started);
      }
    }
    all.push(...times);
    if (name === 'first_page') first.push(...times);
    report(`hub.${name}_p95.${engine}`, p95(times), 'ms', 50);
  }
  report(`hub.p95.${engine}`, p95(all), 'ms', 50);
  const visible = kernel.access.visibleLarge(
    stranger,
    'hub.repository.read',
    sql.ref('hub_repositories.id'),
  );
  const counting: number[] = [];
  for (let round = 0; round < 5; round += 1) {
    const started = performance.now();
    await sql`select count(*) from hub_repositories where state = 'active' and ${visible}`.execute(
      db.read,
    );
    counting.push(performance.now() - started);
  }
  const middle = (times: number[]) =>
    times.sort((one, other) => one - other)[times.length >> 1] ?? 0;
  report(`hub.first_page_to_count.${engine}`, middle(first) / middle(counting), 'ratio', 0.5);
  await close();
  await db.close();
}
process.exitCode = failed ? 1 : 0;

function questionsOf(hub: Hub, count: number): Record<string, (call: Call) => Promise<unknown>> {
  const base = { state: 'active', sort: 'updated', limit: 25 } as const;
  const { listRepositories, getRepository } = hub.handlers;
  let cursor: string | null = null;
  const doorOf = (name: string) => {
    const door = hub.doors.find((each) => each.name === name);
    if (!door) throw new Error(`there is no door ${name}`);
    return (params: Record<string, string>, query: string, call: Call) => {
      const raw = { headers: {}, url: '/' };
      const request = { raw, params, query: new URLSearchParams(query) };
      return door.handle(request as unknown as DoorRequest, call);
    };
  };
  const [hfList, hfInfo] = [doorOf('hfModelList'), doorOf('hfModelInfo')];
  const some = () => random(count);
  const owners = Math.max(1, count / 200);
  return {
    first_page: (call) => listRepositories(base, call),
    async next_page(call) {
      const page = await listRepositories({ ...base, ...(cursor ? { cursor } : {}) }, call);
      cursor = page.nextCursor;
    },
    by_name: (call) => listRepositories({ ...base, sort: 'name' }, call),
    created: (call) => listRepositories({ ...base, sort: 'created' }, call),
    of_owner: (call) => listRepositories({ ...base, ownerId: `party_${random(owners)}` }, call),
    common_task: (call) => listRepositories({ ...base, task: 'detection', kind: 'dataset' }, call),
    rare_sector: (call) => listRepositories({ ...base, sector: `sector-${random(500)}` }, call),
    rare_tag: (call) => listRepositories({ ...base, tag: `tag-${random(1000)}` }, call),
    common_word: (call) => listRepositories({ ...base, q: '潮汐' }, call),
    rare_word: (call) => listRepositories({ ...base, q: `第${some()}号` }, call),
    no_word: (call) => listRepositories({ ...base, q: 'nowhere' }, call),
    archived: (call) => listRepositories({ ...base, state: 'archived' }, call),
    card: (call) => {
      const n = some();
      // Those that strangers may see.
      return getRepository({ repositoryId: idOf(n % 10 === 0 ? n + 1 : n) }, call);
    },
    hf_list: (call) => hfList({}, 'limit=25', call),
    hf_search: (call) => hfList({}, `limit=25&search=${encodeURIComponent('第7号')}`, call),
    hf_rare_filter: (call) => hfList({}, `limit=25&filter=tag-${random(1000)}`, call),
    hf_info(call) {
      const n = 30 * random(Math.floor(count / 30)) + 11;
      return hfInfo({ namespace: `party_${n % owners}`, name: `repository-${n}` }, '', call);
    },
  };
}

/** As the ids of the platform look. */
function idOf(n: number): string {
  return `repo_${String(n).padStart(26, '0')}`;
}

async function fill(db: Database, count: number): Promise<void> {
  const owners = Math.max(1, count / 200);
  const n = sql`generate_series(0, ${count}::int - 1) n`;
  const id = sql`'repo_' || lpad(n::text, 26, '0')`;
  const digest = sql`'sha256:' || lpad(to_hex(n), 64, '0')`;
  const at = sql`timestamptz '2026-01-01' + (n * 7919 % ${count}) * interval '3 minutes'`;
  await sql`
    insert into access_resources (type, id, owner, audience)
    select 'hub.repository', ${id}, 'party_' || n % ${owners}::int,
      case when n % 10 = 0 then 'owner' else 'public' end from ${n}`.execute(db.read);
  await sql`
    insert into hub_repositories (id, kind, owner_id, name, title, summary, audience, licence, tags,
      sector, task, state, head_digest, revisions_count, created_at, updated_at, labels)
    select ${id}, (array['algorithm', 'dataset', 'program'])[1 + (n + 1) % 3],
      'party_' || n % ${owners}::int, 'repository-' || n,
      jsonb_build_object('zh', case when n % 4 = 0 then '潮汐' else '港口' end || '观测第' || n || '号',
        'en', 'Observation ' || n),
      jsonb_build_object('zh', repeat('长江口的水位与流速，每十分钟一次。', 3), 'en', repeat('Levels of water. ', 4)),
      case when n % 10 = 0 then 'owner' else 'public' end, 'CC-BY-4.0',
      array['sensor', 'tag-' || n * 31 % 1000], 'sector-' || n * 17 % 500,
      (array['detection', 'ocr', 'forecast', 'speech'])[1 + n % 4],
      case when n % 97 = 0 then 'archived' else 'active' end, ${digest}, 1,
      timestamptz '2026-01-01' + n * interval '3 minutes', ${at},
      array['sensor', 'tag-' || n * 31 % 1000, 'license:cc-by-4.0', 'object-detection']
    from ${n}`.execute(db.read);
  await sql`
    insert into hub_revisions (repository_id, digest, number, parent_digest, message, request_key,
      author_id, files_count, size_bytes, cautions_count, card, published_at)
    select ${id}, ${digest}, 1, null, 'first', null, 'party_me', 3, 3000, 0,
      jsonb_build_object('path', 'README.md', 'text', repeat('说明卡的一行文字。 ', 60), 'metadata',
        jsonb_build_object('license', 'cc-by-4.0', 'pipeline_tag', 'object-detection')), ${at}
    from ${n}`.execute(db.read);
  await sql`
    insert into hub_files (repository_id, revision_digest, path, digest, size_bytes, media_type)
    select ${id}, ${digest}, path, ${digest}, 1000, 'text/plain'
    from ${n}, unnest(array['README.md', 'model.onnx', 'data.csv']) path`.execute(db.read);
  for (const table of ['access_resources', 'hub_repositories', 'hub_revisions', 'hub_files']) {
    await db.raw(`vacuum analyze ${table}`);
  }
}

function p95(times: readonly number[]): number {
  const sorted = [...times].sort((left, right) => left - right);
  return sorted[Math.floor(sorted.length * 0.95)] ?? Number.NaN;
}

function report(figure: string, value: number, unit: string, limit: number): void {
  const passed = value <= limit;
  failed ||= !passed;
  const rounded = Math.round(value * 100) / 100;
  console.log(JSON.stringify({ figure, value: rounded, limit, unit, passed }));
}

import { algorithmNamed, algorithms } from '#algorithms/catalogue.ts';
import { createClient } from '#kernel/client.ts';
import { categories, Failure } from '#kernel/errors.ts';
import { type Connection, takeConnection } from './cli-connection.ts';
import { columnsOf } from './cli-print.ts';
import { printFailure } from './cli-run.ts';
import { contracts } from './contracts.ts';
import { modelCache } from './fetch-wheel.ts';
import { isBuilt, publishAlgorithm } from './publish-algorithms.ts';

const usage = `Algorithms that ship with Touyan 随附算法

touyan algorithms list [--json]
touyan algorithms publish [NAME…] --owner ORG [--cache DIR] [--json]

  publish       为组织 ORG 建立仓库、测试集和试用；不写 NAME 即全部；重复执行不产生变化
                makes the repository, its suite and a trial for the organisation ORG; all of them
                without a NAME; done twice it changes nothing
  --owner ORG   组织的编号或代号 the organisation's id or handle, such as example-algorithms
  --cache DIR   下载的模型放在哪里 where downloaded models are kept, ~/.cache/touyan if not given
`;

/** `touyan algorithms` */
export async function runAlgorithms(argv: string[]): Promise<number> {
  const [command, ...more] = argv;
  if (argv.length === 0 || argv.includes('--help') || argv.includes('-h')) {
    console.log(usage);
    return 0;
  }
  if (command === 'list') return list(more.includes('--json'));
  if (command === 'publish') return publishNamed(more);
  console.error(usage);
  return categories.invalid.exit;
}

function list(asJson: boolean): number {
  const rows = algorithms.map(({ name, title, fetched }) => {
    return { name, title, built: isBuilt(name), fetchedBytes: fetched?.sizeBytes ?? 0 };
  });
  if (asJson) {
    console.log(JSON.stringify(rows));
    return 0;
  }
  for (const { name, title, built, fetchedBytes } of rows) {
    const model = fetchedBytes > 0 ? `  下载 downloads ${(fetchedBytes / 1e6).toFixed(0)} MB` : '';
    const missing = built ? '' : '  未构建 not built: npm run build';
    console.log(`${padded(name, 18)} ${padded(title.zh, 20)} ${title.en}${model}${missing}`);
  }
  return 0;
}

async function publishNamed(argv: string[]): Promise<number> {
  const { connection, rest } = await takeConnection(argv);
  const owner = takeValue(rest, '--owner');
  const cache = takeValue(rest, '--cache') ?? modelCache();
  const asJson = rest.includes('--json');
  const names = rest.filter((word) => word !== '--json');
  const unknown = names.find((name) => !algorithmNamed(name));
  if (!owner || unknown !== undefined) {
    if (unknown !== undefined) console.error(`没有这个算法 there is no algorithm ${unknown}\n`);
    console.error(usage);
    return categories.invalid.exit;
  }
  const wanted = algorithms.filter(({ name }) => names.length === 0 || names.includes(name));
  const published: unknown[] = [];
  try {
    const ownerId = await idOf(connection, owner);
    for (const [place, algorithm] of wanted.entries()) {
      console.error(`${place + 1}/${wanted.length}  ${algorithm.name}  ${algorithm.title.zh}`);
      const done = await publishAlgorithm(connection, { algorithm, ownerId, cache }, (detail) =>
        console.error(`      ${detail}`),
      );
      published.push(done);
      const outcome = done.changed ? '已发布 published' : '早已发布 published before';
      if (!asJson) console.log(`${padded(algorithm.name, 18)} ${done.trialId}  ${outcome}`);
    }
  } catch (error) {
    // What this machine lacks is told in its own words; all else is the platform's answer.
    if (!(error instanceof Failure)) return printFailure(error, connection.address, asJson);
    console.error(`${error.message} [${error.code}]`);
    return categories[error.category].exit;
  }
  if (asJson) console.log(JSON.stringify(published));
  return 0;
}

/** Of an organisation by its handle; whatever else it is called by is taken for its id. */
async function idOf(connection: Connection, owner: string): Promise<string> {
  if (owner.startsWith('party_')) return owner;
  const { parties } = createClient(contracts, connection);
  let cursor: string | undefined;
  do {
    const more = cursor === undefined ? {} : { cursor };
    const page = await parties.listParties({ kind: 'organisation', limit: 100, ...more });
    const found = page.items.find(({ handle }) => handle === owner);
    if (found) return found.id;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  const message = `There is no organisation with the handle ${owner}. 'touyan parties list-parties' lists them.`;
  throw new Failure('algorithms.owner_missing', 'missing', message, { owner });
}

function padded(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}

function takeValue(argv: string[], flag: string): string | undefined {
  const place = argv.indexOf(flag);
  return place < 0 ? undefined : argv.splice(place, 2)[1];
}

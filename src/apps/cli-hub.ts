import { createClient } from '#kernel/client.ts';
import { takeConnection } from './cli-connection.ts';
import { printFailure } from './cli-run.ts';
import { contracts } from './contracts.ts';
import { downloadRevision, filesBelow, publishFiles } from './hub-files.ts';

const usage = `touyan upload REPOSITORY FOLDER [--message TEXT]     REPOSITORY is its id
touyan download REPOSITORY [REVISION] --to FOLDER    the latest revision if none is named
`;

/** `touyan upload` */
export async function runUpload(argv: string[]): Promise<number> {
  const { connection, rest } = await takeConnection(argv);
  const message = takeValue(rest, '--message') ?? '';
  const [repositoryId, folder] = rest;
  if (!repositoryId || !folder) return refuse();
  try {
    const files = await filesBelow(folder);
    if (files.length === 0) throw new Error(`${folder} holds no files`);
    let place = 0;
    const input = { repositoryId, files, message };
    const { revision, created } = await publishFiles(connection, input, (path, sizeBytes) => {
      place += 1;
      console.error(`  ${place}/${files.length}  ${path}  ${sizeBytes} bytes`);
    });
    const { revisionDigest } = revision;
    console.log(created ? revisionDigest : `${revisionDigest} (published before)`);
    return 0;
  } catch (error) {
    return report(error, connection.address);
  }
}

/** `touyan download` */
export async function runDownload(argv: string[]): Promise<number> {
  const { connection, rest } = await takeConnection(argv);
  const folder = takeValue(rest, '--to');
  const [repositoryId, named] = rest;
  if (!repositoryId || !folder) return refuse();
  try {
    const client = createClient(contracts, connection);
    const latest = named ? null : await client.hub.listRevisions({ repositoryId, limit: 1 });
    const revision = named ?? latest?.items[0]?.revisionDigest;
    if (!revision) throw new Error('the repository has no revision yet');
    const count = await downloadRevision(connection, { repositoryId, revision, folder }, (path) =>
      console.error(`  ${path}`),
    );
    console.log(`${count} files of ${revision} in ${folder}`);
    return 0;
  } catch (error) {
    return report(error, connection.address);
  }
}

function takeValue(argv: string[], flag: string): string | undefined {
  const place = argv.indexOf(flag);
  return place < 0 ? undefined : argv.splice(place, 2)[1];
}

function report(error: unknown, address: string): number {
  if (error instanceof Error && !('defined' in error) && !('cause' in error && error.cause)) {
    console.error(error.message);
    return 1;
  }
  return printFailure(error, address, false);
}

function refuse(): number {
  console.error(usage);
  return 2;
}

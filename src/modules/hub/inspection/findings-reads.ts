import type { Executor } from '#kernel/db.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { Handlers, Kernel } from '#kernel/module.ts';
import type { hubContract } from '../contract.ts';
import { hubErrors } from '../errors.ts';
import { mayReadFiles } from '../gate/file-access.ts';
import * as store from '../store.ts';
import type { InspectionSummary, RevisionFindings } from './findings-entities.ts';
import * as findings from './findings-store.ts';
import { findingOf } from './findings-words.ts';
import { carriesCode, extensionOf } from './format-names.ts';

type HubHandlers = Handlers<(typeof hubContract)['operations']>;
type NamedFile = { path: string; digest: string };

const WAITING: InspectionSummary = {
  ...{ state: 'waiting', format: null, carriesCode: false, findings: [] },
};

/** What was found of each of these files, in their order. Access is not asked. */
export async function summariesOf(
  db: Executor,
  files: readonly NamedFile[],
): Promise<InspectionSummary[]> {
  const digests = [...new Set(files.map(({ digest }) => digest))];
  const rows = await findings.readInspections(db, digests);
  const byKey = new Map(rows.map((row) => [`${row.digest} ${row.extension}`, row]));
  return files.map(({ path, digest }) => {
    const row = byKey.get(`${digest} ${extensionOf(path)}`);
    return row ? summaryOf(row) : WAITING;
  });
}

function summaryOf(row: findings.InspectionRow): InspectionSummary {
  const { state, format } = row;
  if (state === 'waiting') return WAITING;
  return {
    ...{ state, format, carriesCode: carriesCode(format) },
    findings: row.findings.map((each) => findingOf(each, format)),
  };
}

/** The sum over the files of a revision. */
export async function revisionFindingsOf(
  db: Executor,
  revision: { repositoryId: string; revisionDigest: string; filesCount: number },
): Promise<RevisionFindings> {
  const sum = await findings.readSum(db, revision);
  const { filesCount: waitingCount } = revision;
  return withState(sum ?? { waitingCount, failedCount: 0, warningCount: 0, dangerCount: 0 });
}

function withState(sum: Omit<RevisionFindings, 'state'>): RevisionFindings {
  const { waitingCount, failedCount, warningCount, dangerCount } = sum;
  const state =
    dangerCount > 0
      ? 'danger'
      : waitingCount > 0
        ? 'waiting'
        : failedCount > 0
          ? 'failed'
          : warningCount > 0
            ? 'warning'
            : 'clean';
  return { state, waitingCount, failedCount, warningCount, dangerCount };
}

/** Which of these repositories have a dangerous file in their latest revision. */
export async function dangerousAmong(db: Executor, ids: readonly string[]): Promise<Set<string>> {
  const sums = ids.length === 0 ? [] : await findings.readHeadSums(db, ids);
  return new Set(
    sums.filter(({ dangerCount }) => dangerCount > 0).map(({ repositoryId }) => repositoryId),
  );
}

/** What a door says of a file: its state, then the codes of what was found. */
export async function findingsHeader(db: Executor, file: NamedFile): Promise<string> {
  const row = await findings.readInspection(db, file.digest, extensionOf(file.path));
  if (!row || row.state === 'waiting') return 'waiting';
  return [row.state, ...row.findings.map(({ code }) => code)].join('; ');
}

/** One file, with its description where the reader may read the file. */
export function inspectionHandlers({ db, access }: Kernel): Pick<HubHandlers, 'getFileInspection'> {
  return {
    async getFileInspection({ repositoryId, revisionDigest, path }, call) {
      const repository = await store.readRepository(db.read, repositoryId);
      if (!repository) throw kernelErrors.make.missing({ id: repositoryId });
      const file = await store.readFile(db.read, { repositoryId, revisionDigest }, path);
      if (!file) throw hubErrors.make.file_missing({ path });
      const row = await findings.readInspection(db.read, file.digest, extensionOf(path));
      const waits = !row || row.state === 'waiting';
      const open = await mayReadFiles(access, repository, call.principal);
      return {
        ...{ path, digest: file.digest, ...(row ? summaryOf(row) : WAITING) },
        description: waits || !open ? null : row.description,
        inspectedAt: waits ? null : (row.inspected_at?.toISOString() ?? null),
      };
    },
  };
}

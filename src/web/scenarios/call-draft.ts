import type { CallView } from './views.ts';

/** A call while it is written: between the fields of a form and the parts of a draft. Pure. */

export type CallFields = {
  titleZh: string;
  titleEn: string;
  pageZh: string;
  pageEn: string;
  rulesZh: string;
  rulesEn: string;
  publicRepository: string;
  publicRevision: string;
  publicFeatures: string;
  publicLabels: string;
  hiddenRepository: string;
  hiddenRevision: string;
  hiddenFeatures: string;
  hiddenLabels: string;
  scorerRepository: string;
  scorerRevision: string;
  scorerEntry: string;
  scorerOptions: string;
  metricZh: string;
  metricEn: string;
  direction: string;
  precision: number | null;
  counts: string;
  perDay: number | null;
  inAll: number | null;
  wallSeconds: number | null;
  cpuSeconds: number | null;
  memoryMiB: number | null;
  opensAt: string;
  closesAt: string;
  noticeUnit: string;
  noticeCount: number | null;
  simulatedZh: string;
  simulatedEn: string;
  baselines: readonly { repositoryId: string; revisionDigest: string; zh: string; en: string }[];
};

type CallDraft = NonNullable<CallView['draft']>;
type Json = Record<string, NonNullable<CallDraft['scorerOptions']>[string]>;

const mebibyte = 1_048_576;
const none = { zh: '', en: '' };

/** The fields of a draft; what it does not say yet starts at a usual value. */
export function fieldsOf(draft: CallDraft): CallFields {
  const { publicData, hiddenData, scorer, metric, limits, notice, simulated } = draft;
  const title = draft.title ?? none;
  const page = draft.page ?? none;
  const rules = draft.rules ?? none;
  const seconds = notice !== undefined && 'seconds' in notice ? notice.seconds : null;
  const days = notice !== undefined && 'workingDays' in notice ? notice.workingDays : null;
  return {
    titleZh: title.zh,
    titleEn: title.en,
    pageZh: page.zh,
    pageEn: page.en,
    rulesZh: rules.zh,
    rulesEn: rules.en,
    publicRepository: publicData?.repositoryId ?? '',
    publicRevision: publicData?.revisionDigest ?? '',
    publicFeatures: publicData?.featuresPath ?? '',
    publicLabels: publicData?.labelsPath ?? '',
    hiddenRepository: hiddenData?.repositoryId ?? '',
    hiddenRevision: hiddenData?.revisionDigest ?? '',
    hiddenFeatures: hiddenData?.featuresPath ?? '',
    hiddenLabels: hiddenData?.labelsPath ?? '',
    scorerRepository: scorer?.repositoryId ?? '',
    scorerRevision: scorer?.revisionDigest ?? '',
    scorerEntry: scorer?.entry ?? '',
    scorerOptions: draft.scorerOptions ? JSON.stringify(draft.scorerOptions, null, 2) : '',
    metricZh: metric?.name.zh ?? '',
    metricEn: metric?.name.en ?? '',
    direction: metric?.direction ?? 'higher',
    precision: metric?.precision ?? 3,
    counts: draft.counts ?? 'best',
    perDay: limits?.submissionsPerTeamPerDay ?? 5,
    inAll: limits?.submissionsPerTeamMax ?? 50,
    wallSeconds: limits?.job.wallSeconds ?? 120,
    cpuSeconds: limits?.job.cpuSeconds ?? 60,
    memoryMiB: limits === undefined ? 512 : Math.round(limits.job.memoryBytes / mebibyte),
    opensAt: draft.opensAt ?? '',
    closesAt: draft.closesAt ?? '',
    noticeUnit: seconds === null ? 'workingDays' : 'seconds',
    noticeCount: seconds ?? days ?? 5,
    simulatedZh: simulated?.zh ?? '',
    simulatedEn: simulated?.en ?? '',
    baselines: (draft.baselines ?? []).map(({ repositoryId, revisionDigest, name }) => ({
      repositoryId,
      revisionDigest,
      ...name,
    })),
  };
}

/** A JSON object of a text; empty text is an empty object, anything else null. */
export function jsonObjectOf(text: string): Json | null {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

// What JSON.parse gives is JSON all through.
const isJsonObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A name in both languages: one stands for the other where that is empty, since the platform writes
 * sentences with it in each.
 */
export function inBoth(zh: string, en: string): { zh: string; en: string } {
  return { zh: zh.trim() || en.trim(), en: en.trim() || zh.trim() };
}

/** The draft that the fields make: a part stands in it once all that it needs is there. */
export function draftOf(fields: CallFields): CallDraft {
  const both = (zh: string, en: string) => ({ zh: zh.trim(), en: en.trim() });
  const some = (text: { zh: string; en: string }) => text.zh !== '' || text.en !== '';
  const title = inBoth(fields.titleZh, fields.titleEn);
  const page = both(fields.pageZh, fields.pageEn);
  const rules = both(fields.rulesZh, fields.rulesEn);
  const metricName = inBoth(fields.metricZh, fields.metricEn);
  const simulated = inBoth(fields.simulatedZh, fields.simulatedEn);
  const publicData = dataOf(fields, 'public');
  const hiddenData = dataOf(fields, 'hidden');
  const { scorerRepository, scorerRevision, scorerEntry, closesAt, noticeCount } = fields;
  const scorerReady = scorerRepository !== '' && scorerRevision !== '' && scorerEntry !== '';
  const limits = limitsOf(fields);
  return {
    ...(some(title) ? { title } : {}),
    ...(some(page) ? { page } : {}),
    ...(some(rules) ? { rules } : {}),
    ...(publicData === null ? {} : { publicData }),
    ...(hiddenData === null ? {} : { hiddenData }),
    ...(scorerReady
      ? {
          scorer: {
            repositoryId: scorerRepository,
            revisionDigest: scorerRevision,
            entry: scorerEntry,
          },
        }
      : {}),
    scorerOptions: jsonObjectOf(fields.scorerOptions) ?? {},
    ...(some(metricName) && fields.precision !== null
      ? {
          metric: {
            name: metricName,
            direction: fields.direction === 'lower' ? 'lower' : 'higher',
            precision: fields.precision,
          },
        }
      : {}),
    counts: fields.counts === 'last' ? 'last' : 'best',
    ...(limits === null ? {} : { limits }),
    opensAt: fields.opensAt === '' ? null : fields.opensAt,
    ...(closesAt === '' ? {} : { closesAt }),
    ...(noticeCount === null
      ? {}
      : {
          notice:
            fields.noticeUnit === 'seconds'
              ? { seconds: noticeCount }
              : { workingDays: noticeCount },
        }),
    baselines: fields.baselines.map(({ repositoryId, revisionDigest, zh, en }) => ({
      repositoryId,
      revisionDigest,
      name: { zh, en },
      options: {},
    })),
    simulated: some(simulated) ? simulated : null,
  };
}

function dataOf(fields: CallFields, which: 'public' | 'hidden') {
  const repositoryId = fields[`${which}Repository`];
  const revisionDigest = fields[`${which}Revision`];
  const featuresPath = fields[`${which}Features`];
  const labelsPath = fields[`${which}Labels`];
  const parts = [repositoryId, revisionDigest, featuresPath, labelsPath];
  if (parts.includes('')) return null;
  return { repositoryId, revisionDigest, featuresPath, labelsPath };
}

function limitsOf({ perDay, inAll, wallSeconds, cpuSeconds, memoryMiB }: CallFields) {
  if (perDay === null || inAll === null) return null;
  if (wallSeconds === null || cpuSeconds === null || memoryMiB === null) return null;
  return {
    submissionsPerTeamPerDay: perDay,
    submissionsPerTeamMax: inAll,
    job: { wallSeconds, cpuSeconds, memoryBytes: memoryMiB * mebibyte },
  };
}

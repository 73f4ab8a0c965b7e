import type { Words } from '#kernel/entities.ts';
import { Failure, type Json } from '#kernel/errors.ts';
import { type Call, stranger } from '#kernel/principal.ts';
import { textDigest } from '#verify/crypto.ts';
import { canonicalJson } from '#verify/jcs.ts';
import type { CallSpec } from './entities.ts';
import { scenariosErrors } from './errors.ts';
import type { Uses } from './module-uses.ts';
import { type Program, programOf } from './program-entry.ts';

/** Two tables by digest, and the revision that holds them. */
type FrozenData = {
  repositoryId: string;
  revisionDigest: string;
  featuresDigest: string;
  labelsDigest: string;
};

/** All that a call refers to, looked up when its publication was asked for. */
export type FrozenCall = {
  publicData: FrozenData;
  hiddenData: FrozenData;
  scorer: Program;
  baselines: { name: Words; program: Program; options: Record<string, Json> }[];
};

/**
 * Looks up everything that a call refers to, as the caller may use it. Throws `scenarios.revision_unusable` for
 * what is missing or unsafe, and `scenarios.call_incomplete` for dates that do not fit.
 */
export async function freezeCall(
  spec: CallSpec,
  uses: Uses,
  call: Call,
): Promise<{ frozen: FrozenCall; frozenDigest: string }> {
  checkDates(spec, uses.kernel.clock.now());
  const publicData = await freezeData('The public data', spec.publicData, uses, call);
  const hiddenData = await freezeData('The hidden data', spec.hiddenData, uses, call);
  if (await everybodyReads(spec.hiddenData, uses, call)) {
    const problem = 'everybody can read them; make their repository private';
    throw scenariosErrors.make.revision_unusable({ part: 'The hidden data', problem });
  }
  if (publicData.labelsDigest === hiddenData.labelsDigest) {
    const problem = 'they are the public data';
    throw scenariosErrors.make.revision_unusable({ part: 'The hidden data', problem });
  }
  const scorer = await freezeProgram('The scorer', spec.scorer, uses, call);
  const baselines = [];
  for (const { name, options, ...reference } of spec.baselines) {
    const part = `The baseline ${name.en || name.zh}`;
    baselines.push({ name, options, program: await freezeProgram(part, reference, uses, call) });
  }
  const frozen = { publicData, hiddenData, scorer, baselines };
  // Through JSON, since a member that was left out is not there at all.
  const whole: Json = JSON.parse(JSON.stringify({ spec, frozen }));
  const frozenDigest = await textDigest(canonicalJson(whole));
  return { frozen, frozenDigest };
}

function checkDates({ opensAt, closesAt }: CallSpec, now: Date): void {
  const opens = opensAt === null ? now : new Date(Math.max(Date.parse(opensAt), now.getTime()));
  if (Date.parse(closesAt) > opens.getTime()) return;
  const problem = 'it would close before it opens';
  throw scenariosErrors.make.call_incomplete({ problem });
}

async function freezeData(
  part: string,
  data: CallSpec['publicData'],
  uses: Uses,
  call: Call,
): Promise<FrozenData> {
  const { repositoryId, revisionDigest } = data;
  const { files } = await readPart(part, { repositoryId, revisionDigest }, uses, call);
  const digestAt = (path: string): string => {
    const file = files.find((candidate) => candidate.path === path);
    if (file) return file.digest;
    throw scenariosErrors.make.revision_unusable({ part, problem: `there is no file ${path}` });
  };
  const featuresDigest = digestAt(data.featuresPath);
  const labelsDigest = digestAt(data.labelsPath);
  if (featuresDigest === labelsDigest) {
    const problem = 'features and labels are the same file';
    throw scenariosErrors.make.revision_unusable({ part, problem });
  }
  return { repositoryId, revisionDigest, featuresDigest, labelsDigest };
}

/** Reads a program as the caller may use it. Throws `scenarios.revision_unusable`, `scenarios.entry_unclear`. */
export async function freezeProgram(
  part: string,
  reference: { repositoryId: string; revisionDigest: string; entry?: string | undefined },
  uses: Uses,
  call: Call,
): Promise<Program> {
  const { repositoryId, revisionDigest, entry } = reference;
  const revision = await readPart(part, { repositoryId, revisionDigest }, uses, call);
  if (revision.kind === 'dataset') {
    const problem = 'its repository holds data, not a program';
    throw scenariosErrors.make.revision_unusable({ part, problem });
  }
  return programOf(revision, entry);
}

async function readPart(
  part: string,
  reference: { repositoryId: string; revisionDigest: string },
  { hub }: Uses,
  call: Call,
) {
  try {
    return await hub.readRevision({ ...reference, purpose: 'job' }, call);
  } catch (error) {
    if (!(error instanceof Failure) || error.category !== 'missing') throw error;
    const problem = 'there is no such revision, or you may not use it';
    throw scenariosErrors.make.revision_unusable({ part, problem }, { cause: error });
  }
}

async function everybodyReads(
  { repositoryId, revisionDigest }: CallSpec['hiddenData'],
  { hub }: Uses,
  call: Call,
): Promise<boolean> {
  try {
    await hub.readRevision({ repositoryId, revisionDigest }, { ...call, principal: stranger });
    return true;
  } catch (error) {
    if (error instanceof Failure && error.category === 'missing') return false;
    throw error;
  }
}

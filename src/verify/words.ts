import type { EvidenceKind } from './evidence.ts';
import type { Failure } from './failure.ts';
import { canonicalJson } from './jcs.ts';
import type { Json } from './json.ts';
import type { ClaimLevel } from './report.ts';

/** Languages that the verifier speaks. */
export const languages = ['en', 'zh'] as const;
export type Language = (typeof languages)[number];

type FailureWords = {
  readonly [Code in Failure['code']]: (failure: Extract<Failure, { code: Code }>) => string;
};

/** Everything that the verifier says in one language, on a terminal and on its page. */
export interface Words {
  readonly kinds: Readonly<Record<EvidenceKind, string>>;
  readonly levels: Readonly<Record<ClaimLevel, string>>;
  readonly levelMeanings: Readonly<Record<ClaimLevel, string>>;
  readonly verified: string;
  readonly failed: string;
  readonly log: (origin: string, size: number) => string;
  readonly cosigned: (name: string, time: string) => string;
  readonly notCosigned: string;
  readonly restsOn: (fact: string) => string;
  readonly attestedBy: (actor: string) => string;
  readonly unproven: string;
  readonly failures: FailureWords;
}

const en: Words = {
  kinds: {
    certificate: 'Certificate',
    leaderboard: 'Leaderboard',
    receipt: 'Receipt',
    statement: 'Statement',
    indicator: 'Indicator',
  },
  levels: {
    included: 'included',
    recomputed: 'recomputed',
    attested: 'attested',
    failed: 'FAILED',
  },
  levelMeanings: {
    included: 'A fact with this value is in the log.',
    recomputed: 'The value was computed again from inputs which facts in the log name or state.',
    attested: 'A second fact in the log confirms this value.',
    failed: 'This does not hold.',
  },
  verified: 'Verified: everything that this file claims holds.',
  failed: 'Not verified. What failed:',
  log: (origin, size) => `Log ${origin} with ${size} entries.`,
  cosigned: (name, time) => `Witness ${name} saw this log at ${time}.`,
  notCosigned: 'No witness was asked for.',
  restsOn: (fact) => `fact ${fact}`,
  attestedBy: (actor) => `attested by ${actor}`,
  unproven: 'Unproven: nothing in this file shows where these values come from.',
  failures: {
    file_invalid: ({ at, problem }) => `The file is not as it should be at ${at}: ${problem}.`,
    key_invalid: ({ key }) => `This is no usable key: ${key}`,
    policy_invalid: ({ line, problem }) => `Line ${line} of the policy: ${problem}.`,
    note_invalid: ({ problem }) => `The signed checkpoint is malformed: ${problem}.`,
    checkpoint_invalid: ({ problem }) => `The checkpoint is malformed: ${problem}.`,
    log_signature_missing: ({ name }) => `The checkpoint has no signature of the log ${name}.`,
    log_signature_invalid: ({ name }) =>
      `The signature of the log ${name} does not fit the checkpoint: it was changed, or forged.`,
    log_origin_differs: ({ origin, expected }) =>
      `The checkpoint is of the log ${origin}, the key is of ${expected}.`,
    witness_cosignature_missing: ({ name }) =>
      `The witness ${name} has not cosigned the checkpoint.`,
    witness_cosignature_invalid: ({ name }) =>
      `The cosignature of the witness ${name} does not fit the checkpoint.`,
    witness_quorum_missing: ({ quorum }) => `Too few witnesses cosigned for ${quorum}.`,
    inclusion_proof_invalid: ({ fact, index }) =>
      `The fact ${fact} is not entry ${index} of the log: fact, salt, place or proof was changed.`,
    fact_repeated: ({ fact }) => `The fact ${fact} stands in the file twice.`,
    fact_missing: ({ path, fact }) =>
      `${path} rests on the fact ${fact}, which is not in the file.`,
    fact_not_included: ({ path, fact }) =>
      `${path} rests on the fact ${fact}, which was not shown to be in the log.`,
    claim_repeated: ({ path }) => `${path} is claimed twice.`,
    document_value_missing: ({ path }) => `${path} is claimed, but the document has no such value.`,
    fact_value_missing: ({ path, fact, pointer }) =>
      `${path} rests on ${pointer} of the fact ${fact}, which has no such value.`,
    value_differs: ({ path, document, fact }) =>
      `${path} is ${show(document)} in the document, but ${show(fact)} in the log.`,
    method_unknown: ({ path, kind }) =>
      `${path} was computed by ${kind}, unknown to this verifier.`,
    method_input_differs: ({ path, input, method, fact }) =>
      `${path} names ${show(method)} as its ${input}, the fact names ${show(fact)}.`,
    disclosed_missing: ({ path, digest }) => `${path} needs ${digest}, which is not in the file.`,
    disclosed_digest_differs: ({ digest, found }) =>
      `The text disclosed as ${digest} has the digest ${found}: it was changed.`,
    recomputation_failed: ({ path, problem }) => `${path} cannot be computed again: ${problem}`,
    recomputed_value_differs: ({ path, stated, recomputed }) =>
      `${path} is stated as ${show(stated)}, computed again it is ${show(recomputed)}.`,
    attestation_differs: ({ path, attestation, pointer, expected, found }) =>
      `The attestation ${attestation} of ${path} says ${show(found)} at ${pointer}, ` +
      `not ${show(expected)}.`,
    document_digest_missing: ({ kinds }) =>
      `No fact in the log vouches for the document as a whole (${kinds.join(' or ')}).`,
    document_digest_differs: ({ fact, stated, found }) =>
      `The document was changed: the fact ${fact} vouches for ${show(stated)}, this is ${found}.`,
    certificate_revoked: ({ fact, time }) =>
      `The certificate was revoked at ${time}, as the fact ${fact} says.`,
    receipt_facts_differ: ({ found }) => `A receipt holds one fact, this file holds ${found}.`,
    closing_fact_missing: ({ kind }) =>
      `The fact that closes the list (${kind}) is missing: rows may have been left out.`,
    row_score_unclaimed: ({ path }) => `${path} rests on no fact.`,
    row_repeated: ({ fact }) => `Two rows rest on the same fact ${fact}.`,
    row_left_out: ({ stated, found }) =>
      `Rows were left out: ${stated} were counted at closing, ${found} are here.`,
    row_added: ({ stated, found }) =>
      `Rows were added: ${stated} were counted at closing, ${found} are here.`,
    row_set_differs: ({ stated, found }) =>
      `Rows were exchanged: at closing the set was ${show(stated)}, here it is ${found}.`,
    counted_left_out: ({ path, stated, found }) =>
      `Facts under ${path} were left out: ${stated} were counted at closing, ${found} are here.`,
    counted_added: ({ path, stated, found }) =>
      `Facts under ${path} were added: ${stated} were counted at closing, ${found} are here.`,
    counted_set_differs: ({ path, stated, found }) =>
      `Facts under ${path} were exchanged: at closing the set was ${stated}, here it is ${found}.`,
    counted_outside: ({ path, fact, time }) =>
      `The fact ${fact} under ${path} is of ${time}, outside the period.`,
  },
};

const zh: Words = {
  kinds: {
    certificate: '证书',
    leaderboard: '榜单',
    receipt: '回执',
    statement: '账单',
    indicator: '指标',
  },
  levels: { included: '已入账', recomputed: '已重算', attested: '已证实', failed: '未通过' },
  levelMeanings: {
    included: '账本中有一条事实记录了这个值。',
    recomputed: '已用事实指明或写明的输入重新算出这个值。',
    attested: '账本中另有一条事实证实了这个值。',
    failed: '此项不成立。',
  },
  verified: '核验通过：文件中的每项声明都成立。',
  failed: '核验未通过，原因如下：',
  log: (origin, size) => `账本 ${origin}，共 ${size} 条。`,
  cosigned: (name, time) => `见证方 ${name} 于 ${time} 见到此账本。`,
  notCosigned: '未要求见证方。',
  restsOn: (fact) => `事实 ${fact}`,
  attestedBy: (actor) => `证实方 ${actor}`,
  unproven: '未证明：文件中没有说明这些值从何而来。',
  failures: {
    file_invalid: ({ at, problem }) => `文件在 ${at} 处不合格式：${problem}。`,
    key_invalid: ({ key }) => `这不是可用的公钥：${key}`,
    policy_invalid: ({ line, problem }) => `信任策略第 ${line} 行：${problem}。`,
    note_invalid: ({ problem }) => `签名的检查点不合格式：${problem}。`,
    checkpoint_invalid: ({ problem }) => `检查点不合格式：${problem}。`,
    log_signature_missing: ({ name }) => `检查点上没有账本 ${name} 的签名。`,
    log_signature_invalid: ({ name }) =>
      `账本 ${name} 的签名与检查点不符：检查点被改动，或签名是伪造的。`,
    log_origin_differs: ({ origin, expected }) =>
      `检查点属于账本 ${origin}，而公钥属于 ${expected}。`,
    witness_cosignature_missing: ({ name }) => `见证方 ${name} 没有为检查点联署。`,
    witness_cosignature_invalid: ({ name }) => `见证方 ${name} 的联署与检查点不符。`,
    witness_quorum_missing: ({ quorum }) => `联署的见证方不足（${quorum}）。`,
    inclusion_proof_invalid: ({ fact, index }) =>
      `事实 ${fact} 不是账本的第 ${index} 条：事实、盐、位置或证明被改动。`,
    fact_repeated: ({ fact }) => `事实 ${fact} 在文件中出现两次。`,
    fact_missing: ({ path, fact }) => `${path} 依据的事实 ${fact} 不在文件中。`,
    fact_not_included: ({ path, fact }) => `${path} 依据的事实 ${fact} 未能证明已入账。`,
    claim_repeated: ({ path }) => `${path} 被声明两次。`,
    document_value_missing: ({ path }) => `声明了 ${path}，但文档中没有这个值。`,
    fact_value_missing: ({ path, fact, pointer }) =>
      `${path} 依据事实 ${fact} 的 ${pointer}，而该处没有值。`,
    value_differs: ({ path, document, fact }) =>
      `${path} 在文档中是 ${show(document)}，在账本中是 ${show(fact)}。`,
    method_unknown: ({ path, kind }) => `${path} 由 ${kind} 算出，本核验器不认识该方法。`,
    method_input_differs: ({ path, input, method, fact }) =>
      `${path} 的输入 ${input} 写作 ${show(method)}，而事实写的是 ${show(fact)}。`,
    disclosed_missing: ({ path, digest }) => `${path} 需要 ${digest}，文件中没有。`,
    disclosed_digest_differs: ({ digest, found }) =>
      `以 ${digest} 公开的内容，其摘要是 ${found}：内容被改动。`,
    recomputation_failed: ({ path, problem }) => `${path} 无法重算：${problem}`,
    recomputed_value_differs: ({ path, stated, recomputed }) =>
      `${path} 写作 ${show(stated)}，重算得 ${show(recomputed)}。`,
    attestation_differs: ({ path, attestation, pointer, expected, found }) =>
      `${path} 的证实 ${attestation} 在 ${pointer} 处是 ${show(found)}，应为 ${show(expected)}。`,
    document_digest_missing: ({ kinds }) =>
      `账本中没有为整份文档作证的事实（${kinds.join('、')}）。`,
    document_digest_differs: ({ fact, stated, found }) =>
      `文档被改动：事实 ${fact} 作证的是 ${show(stated)}，此处是 ${found}。`,
    certificate_revoked: ({ fact, time }) => `证书已于 ${time} 被撤销（事实 ${fact}）。`,
    receipt_facts_differ: ({ found }) => `回执只含一条事实，本文件含 ${found} 条。`,
    closing_fact_missing: ({ kind }) => `缺少封榜的事实（${kind}）：可能有行被漏掉。`,
    row_score_unclaimed: ({ path }) => `${path} 没有依据任何事实。`,
    row_repeated: ({ fact }) => `有两行依据同一条事实 ${fact}。`,
    row_left_out: ({ stated, found }) => `有行被漏掉：封榜时 ${stated} 行，此处 ${found} 行。`,
    row_added: ({ stated, found }) => `有行被添加：封榜时 ${stated} 行，此处 ${found} 行。`,
    row_set_differs: ({ stated, found }) =>
      `有行被调换：封榜时的集合是 ${show(stated)}，此处是 ${found}。`,
    counted_left_out: ({ path, stated, found }) =>
      `${path} 计入的事实被漏掉：关账时 ${stated} 条，此处 ${found} 条。`,
    counted_added: ({ path, stated, found }) =>
      `${path} 计入的事实被添加：关账时 ${stated} 条，此处 ${found} 条。`,
    counted_set_differs: ({ path, stated, found }) =>
      `${path} 计入的事实被调换：关账时的集合是 ${stated}，此处是 ${found}。`,
    counted_outside: ({ path, fact, time }) =>
      `${path} 计入的事实 ${fact} 时间为 ${time}，不在本期内。`,
  },
};

/** The words of each language. */
export const words: Readonly<Record<Language, Words>> = { en, zh };

/** One sentence that names what failed. */
export function failureSentence(failure: Failure, language: Language): string {
  // Each code's sentence takes that code's failure; the compiler cannot follow this pairing through
  // an index, hence the call by reflection.
  return Reflect.apply(words[language].failures[failure.code], undefined, [failure]);
}

/** A value as it stands in a sentence, cut after 80 characters. */
export function show(value: Json): string {
  const text = canonicalJson(value);
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}

/** A moment of POSIX seconds as `2026-11-23 14:05 UTC`. */
export function showTime(seconds: number): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return String(seconds);
  return `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

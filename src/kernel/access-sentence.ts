import type { CedarAnswer } from './access-cedar.ts';
import type { DecisionRow } from './access-log.ts';
import type { GrantRow } from './access-store.ts';
import type { PermissionDeclaration } from './contract.ts';
import type { Words } from './entities.ts';

type Told = {
  declarations: Readonly<Record<string, PermissionDeclaration>>;
  reasons: ReadonlyMap<string, Words>;
};

/** What a decision was and why, in one sentence, for an auditor. Names parties by their ids. */
export function decisionSentence(row: DecisionRow, told: Told): Words {
  const summary = told.declarations[row.permission]?.summary ?? row.permission;
  const on = resourceOf(row.resourceType, row.resourceId);
  const behalf = row.onBehalfOf;
  const reasons = reasonsOf(row, told.reasons);
  const grants = row.grants.join(', ');
  const instant = row.decidedAt.toISOString();
  const who = {
    zh: behalf ? `${row.principal}（代表 ${behalf}）` : row.principal,
    en: behalf ? `${row.principal} (on behalf of ${behalf})` : row.principal,
  };
  const target = on ?? { zh: '平台', en: 'the platform' };
  const by = grants ? { zh: `，依据授权 ${grants}`, en: `, by ${grants}` } : { zh: '', en: '' };
  return {
    zh:
      `${instant}，${who.zh} 请求对 ${target.zh} 行使权限 ${row.permission}：` +
      `${row.allowed ? '允许' : '拒绝'}，因为${reasons.zh}${by.zh}。`,
    en:
      `At ${instant}, ${who.en} asked to ${summary} (${row.permission}) on ${target.en}: ` +
      `${row.allowed ? 'allowed' : 'denied'}, because ${reasons.en}${by.en}.`,
  };
}

/** What a grant allows, to whom, until when and why, in one sentence. */
export function grantSentence(row: GrantRow, told: Pick<Told, 'declarations'>): Words {
  const summary = told.declarations[row.action]?.summary ?? row.action;
  const given = row.grantedAt.toISOString();
  const until = row.expiresAt?.toISOString();
  const everything = row.resourceType === 'party';
  const on = `${row.resourceType}/${row.resourceId}`;
  const target = everything
    ? { zh: `${row.resourceId} 及其全部资源`, en: `${row.resourceId} and all that it owns` }
    : { zh: on, en: on };
  const revoked = row.revokedAt?.toISOString();
  const end = revoked
    ? {
        zh: `${revoked} 由 ${row.revokedBy} 撤销：${row.revokedReason}`,
        en: `${row.revokedBy} revoked it at ${revoked}: ${row.revokedReason}`,
      }
    : until
      ? { zh: `有效期至 ${until}`, en: `it holds until ${until}` }
      : { zh: '未设期限', en: 'it has no end' };
  return {
    zh:
      `${given}，${row.grantedBy} 授权 ${row.subject} 对 ${target.zh} 行使权限 ${row.action}，` +
      `依据 ${row.basis}；${end.zh}。`,
    en:
      `At ${given}, ${row.grantedBy} allowed ${row.subject} to ${summary} (${row.action}) ` +
      `on ${target.en}, on the basis of ${row.basis}; ${end.en}.`,
  };
}

function resourceOf(type: string | null, id: string | null): Words | null {
  return type === null ? null : { zh: `${type}/${id}`, en: `${type}/${id}` };
}

function reasonsOf(answer: CedarAnswer, reasons: ReadonlyMap<string, Words>): Words {
  const known = answer.policies.map(
    (id) => reasons.get(id) ?? { zh: `规则 ${id} 如此规定`, en: `${id} says so` },
  );
  if (known.length === 0) return { zh: '没有规则允许', en: 'no policy permits it' };
  return {
    zh: known.map(({ zh }) => zh).join('，并且'),
    en: known.map(({ en }) => en).join(' and '),
  };
}

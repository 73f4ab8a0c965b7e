import type { createNotices } from '#modules/notices';
import type { RepositoryRow } from '../store.ts';
import type { AccessRequestRow } from './gate-store.ts';

export type SendNotice = ReturnType<typeof createNotices>['send'];
type Draft = Parameters<SendNotice>[1];

/** Tells the owner that somebody waits for an answer. */
export function noticeOfAsking(repository: RepositoryRow, request: AccessRequestRow): Draft {
  const { zh, en } = titlesOf(repository);
  return {
    to: repository.owner_id,
    kind: 'hub.access_asked',
    title: { zh: '有人申请访问文件', en: 'Somebody asks for access to files' },
    body: {
      zh: `有人申请访问《${zh}》的文件，请在设置页答复。`,
      en: `Somebody asks for the files of ${en}. Answer on its settings page.`,
    },
    link: `/hub/${repository.id}/settings`,
    basis: `${request.id} ${request.asked_at.toISOString()}`,
  };
}

const titles = {
  accepted: { zh: '文件访问已同意', en: 'Access to files was given' },
  rejected: { zh: '文件访问未同意', en: 'Access to files was refused' },
  pending: { zh: '文件访问已收回', en: 'Access to files was taken back' },
};

/** Tells the asker what became of its request. */
export function noticeOfDecision(repository: RepositoryRow, request: AccessRequestRow): Draft {
  const { zh, en } = titlesOf(repository);
  const { state, reason } = request;
  const bodies = {
    accepted: {
      zh: `现在可以下载《${zh}》的文件。`,
      en: `You may download the files of ${en} now.`,
    },
    rejected: {
      zh: `《${zh}》的所有者没有同意你的申请。${reason}`,
      en: `The owner of ${en} refused your request. ${reason}`.trim(),
    },
    pending: {
      zh: `《${zh}》的文件不能再下载，你的申请等待重新答复。`,
      en: `The files of ${en} are closed again; your request waits for an answer.`,
    },
  };
  return {
    to: request.party_id,
    kind: 'hub.access_decided',
    title: titles[state],
    body: bodies[state],
    link: `/hub/${repository.id}`,
    basis: `${request.id} ${request.decided_at?.toISOString()}`,
  };
}

function titlesOf({ title, name }: RepositoryRow) {
  return { zh: title.zh || title.en || name, en: title.en || title.zh || name };
}

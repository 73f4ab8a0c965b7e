import { defineWords } from '#web/words.ts';

/** What happened, by the kind of the fact. The body of a fact is for auditors alone. */
export const factWords = defineWords('facts', {
  'kernel.grant_given': ['授权生效', 'A grant was given'],
  'kernel.grant_revoked': ['授权撤销', 'A grant was revoked'],

  'parties.party_created': ['主体登记', 'The party was registered'],
  'parties.party_suspended': ['主体停用', 'The party was suspended'],
  'parties.party_restored': ['主体恢复', 'The party was restored'],
  'parties.membership_changed': ['成员变动', 'A membership changed'],
  'parties.role_appointed': ['任命角色', 'A role was appointed'],
  'parties.role_dismissed': ['免去角色', 'A role was dismissed'],
  'parties.delegation_created': ['建立代办', 'A delegation began'],
  'parties.delegation_ended': ['代办结束', 'A delegation ended'],
  'parties.key_created': ['创建 API 密钥', 'An API key was created'],
  'parties.key_revoked': ['撤销 API 密钥', 'An API key was revoked'],

  'cases.case_opened': ['办件开始', 'The case was opened'],
  'cases.step_opened': ['进入下一环节', 'A step began'],
  'cases.step_decided': ['环节作出决定', 'A step was decided'],
  'cases.step_escalated': ['环节逾期，已升级', 'A step was overdue and escalated'],
  'cases.objection_raised': ['提出异议', 'An objection was raised'],
  'cases.objection_decided': ['异议处理完毕', 'An objection was decided'],
  'cases.case_closed': ['办结', 'The case was closed'],
  'cases.calendar_updated': ['工作日历变更', 'The calendar was changed'],

  'hub.repository_created': ['资源库创建', 'The repository was created'],
  'hub.repository_described': ['说明变更', 'The description changed'],
  'hub.audience_changed': ['可见范围变更', 'The audience changed'],
  'hub.revision_published': ['发布新版本', 'A revision was published'],
  'hub.repository_archived': ['资源库归档', 'The repository was archived'],
  'hub.repository_unarchived': ['资源库恢复', 'The repository was opened again'],
  'hub.repository_transferred': ['资源库移交', 'The repository was handed over'],

  'compute.job_submitted': ['作业提交', 'The job was submitted'],
  'compute.job_finished': ['作业结束', 'The job ended'],

  'assurance.score_recorded': ['得分写入账本', 'The score was recorded'],
  'assurance.evaluation_finished': ['测评结束', 'The evaluation ended'],
  'assurance.evaluation_repeated': ['测评重做并比对', 'The evaluation was repeated and compared'],
  'assurance.score_attested': ['得分经复核', 'The score was attested'],
  'assurance.evaluation_disclosed': ['预测与标签公开', 'Predictions and labels were disclosed'],
  'assurance.certificate_issued': ['签发证书', 'The certificate was issued'],
  'assurance.certificate_revoked': ['撤销证书', 'The certificate was revoked'],

  'scenarios.call_opened': ['揭榜开放', 'The call opened'],
  'scenarios.call_closed': ['揭榜截止', 'The call closed'],
  'scenarios.call_stopped': ['揭榜停止', 'The call was stopped'],
  'scenarios.team_joined': ['团队加入', 'A team joined'],
  'scenarios.team_withdrawn': ['团队退出', 'A team withdrew'],
  'scenarios.submission_received': ['收到应答', 'A submission was received'],
  'scenarios.submission_failed': ['应答未通过测评', 'A submission failed'],
  'scenarios.leaderboard_published': ['榜单公布', 'The leaderboard was published'],
  'scenarios.awarded': ['中榜', 'The award was made'],
});

export type FactKind = keyof typeof factWords.pairs;
export const isFactKind = (kind: string): kind is FactKind => kind in factWords.pairs;

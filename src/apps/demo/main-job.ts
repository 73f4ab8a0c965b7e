import { enterAs } from './actor.ts';
import {
  decide,
  draftCall,
  openCall,
  practiceTitle,
  scenarioTitle,
  submitBaseline,
  submitEntry,
  until,
} from './call.ts';
import { programRuntimes, publishData, publishScorer } from './publish.ts';
import type { Screen } from './screen.ts';

/** The teams of the demonstration and what each hands in; one fails on purpose. */
const entries = [
  { name: 'robust-z-score', team: '示例算法公司（演示）', options: {} },
  { name: 'ewma', team: '申江智能（演示）', options: {} },
  { name: 'cusum', team: '浦测科技（演示）', options: {} },
  { name: 'hampel-rate-limits', team: '海鸥数据（演示）', options: {} },
  { name: 'isolation-forest-windows', team: '青浦实验室（演示）', options: {} },
  { name: 'neighbour-correlation', team: '雁行联合体（演示）', options: {} },
  { name: 'kalman-python', team: '松江大学队（演示）', options: {} },
  { name: 'reads-the-future', team: '取巧队（演示）', options: {} },
];
const baselines = ['fixed-threshold', 'last-value-change'];

export type MainJob = Awaited<ReturnType<typeof runMainJob>>;

/**
 * From open call to certificate, through the platform's doors and as the people who do it. Every step
 * first looks for what is there already, so that a run which was killed goes on where it was.
 */
export async function runMainJob(address: string, screen: Screen, python: boolean) {
  const [owner, vendor, operator, expert] = await Promise.all([
    enterAs(address, 'district'),
    enterAs(address, 'vendor'),
    enterAs(address, 'operator'),
    enterAs(address, 'expert'),
  ]);
  const ownerId = owner.organisationId ?? '';
  const material = await screen.step('数据与评分程序入库  publish data and scorer', async () => ({
    ...(await publishData(owner, ownerId)),
    scorer: await publishScorer(owner, ownerId),
  }));
  const callId = await screen.step('发布揭榜任务  open the call', async () => {
    const id = await draftCall(owner, material, scenarioTitle);
    await openCall(owner, operator, id);
    return id;
  });
  const runtimes = await programRuntimes();
  const ready = entries.filter(({ name }) => runtimes.get(name) !== 'python' || python);
  const call = () => owner.client.scenarios.getCall({ callId });
  if ((await call()).state === 'open') {
    await screen.step('各队应答  receive submissions', async (tell) => {
      for (const name of baselines) await submitBaseline(owner, callId, name);
      for (const [place, entry] of ready.entries()) {
        await submitEntry(vendor, callId, entry);
        tell(`${place + 1}/${ready.length}`);
      }
    });
    await screen.step('隔离测评  evaluate in isolation', (tell) =>
      until(async () => {
        const { evaluating, scored, failed } = await call();
        tell(`${scored} 得分 scored, ${failed} 失败 failed`);
        return evaluating === 0 && scored + failed > 0;
      }),
    );
    await owner.client.scenarios.closeCall({ callId });
  }
  await screen.step('榜单冻结与评审  close and review', async () => {
    await until(async () => !['open', 'closed'].includes((await call()).state));
    const reason =
      '得分与依据一致，推荐第一名。 Scores agree with their evidence; the first is proposed.';
    await decide(expert, (await call()).awardCaseId, 'review', reason);
  });
  await screen.step('公示（演示为数秒）  public notice', () =>
    until(async () => {
      const { awardCaseId, state } = await call();
      if (state === 'awarded' || !awardCaseId) return state === 'awarded';
      return (await operator.client.cases.getCase({ caseId: awardCaseId })).step === 'award';
    }),
  );
  await screen.step('中榜  award', async () => {
    const reason = '公示期满，无异议。 The notice ended without objection.';
    await decide(operator, (await call()).awardCaseId, 'award', reason);
    await until(async () => (await call()).state === 'awarded');
  });
  const certificateId = await screen.step('签发证书  issue the certificate', async () => {
    await until(async () => (await call()).award?.certificateId != null);
    return (await call()).award?.certificateId ?? '';
  });
  const practiceId = await screen.step('练习榜开放  open a practice round', async () => {
    const id = await draftCall(owner, material, practiceTitle);
    await openCall(owner, operator, id);
    for (const name of baselines) await submitBaseline(owner, id, name);
    return id;
  });
  const { labels } = material;
  return { callId, practiceId, certificateId, owner, vendor, operator, labels };
}

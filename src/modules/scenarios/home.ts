import type { Words } from '#kernel/entities.ts';
import { type CallState, callStates } from './call-state.ts';
import type { HomeView } from './contract.ts';
import { rounded } from './leaderboard.ts';
import type { Uses } from './module-uses.ts';
import { findListed } from './read-calls.ts';
import { rank, rulesOf } from './record-positions.ts';
import * as store from './store.ts';

type Step = HomeView['steps'][number];
type StepKey = Step['key'];

/** What the home page shows: the loop of one call, its numbers, and where one can compete. */
export async function readHome(uses: Uses): Promise<HomeView> {
  const { read } = uses.kernel.db;
  const districts = await store.countByDistrict(read);
  const callId = await store.latestCall(read);
  const openCallId = (await store.latestOpenCall(read)) ?? null;
  const row = callId ? await findListed(callId, uses) : undefined;
  const ledgerSize = await uses.kernel.ledger.size();
  const facts = {
    key: 'facts',
    value: ledgerSize,
    unit: { zh: '条事实', en: 'facts in the ledger' },
    at: uses.kernel.clock.now().toISOString(),
    href: '/ledger',
  };
  if (!row) {
    const nothing = { scenario: null, steps: [], numbers: [facts], simulated: null };
    return { ...nothing, districts, openCallId };
  }
  const scenario = await store.readScenario(read, row.scenario_id);
  const names = await uses.partyNames([row.owner_id]);
  const board = await rank(read, row);
  const best = board.rows.find((each) => each.rank === 1) ?? null;
  const winner = board.scored.find((each) => each.id === best?.submissionId);
  const teamName = winner?.team_name ?? null;
  const href = `/scenarios/calls/${row.id}`;
  return {
    scenario: {
      scenarioId: row.scenario_id,
      callId: row.id,
      title: row.draft.title ?? row.scenario_title,
      summary: scenario?.summary ?? { zh: '', en: '' },
      ownerName: names.get(row.owner_id) ?? row.owner_id,
      district: row.district,
      sector: row.sector,
      state: row.state,
    },
    steps: stepsOf({ row, best: best?.score ?? null, digits: rulesOf(row).digits, teamName, href }),
    numbers: [...numbersOf(row, best?.score ?? null, href), facts],
    districts,
    openCallId,
    simulated: row.draft.simulated ?? null,
  };
}

function numbersOf(row: store.ListedCall, best: number | null, href: string) {
  const at = row.state_at.toISOString();
  const name = row.draft.metric?.name ?? { zh: '', en: '' };
  return [
    {
      key: 'submissions',
      value: row.submissions,
      unit: { zh: '份应答', en: 'submissions' },
      at,
      href: `${href}/submissions`,
    },
    {
      key: 'evaluated',
      value: row.scored + row.failed,
      unit: { zh: '份已测评', en: 'evaluated' },
      at,
      href: `${href}/leaderboard`,
    },
    { key: 'best', value: best, unit: name, at, href: `${href}/leaderboard` },
  ];
}

type Shown = {
  row: store.ListedCall;
  best: number | null;
  digits: number;
  teamName: string | null;
  href: string;
};

/** The steps of the loop with one sentence each; pure. */
function stepsOf(shown: Shown): Step[] {
  const { row, href } = shown;
  const step = (key: StepKey, at: Date | null, sentence: Words, page: string): Step => ({
    key,
    state: stateOf(key, row),
    at: at?.toISOString() ?? null,
    sentence,
    href: page,
  });
  const caseHref = row.award_case_id ? `/cases/${row.award_case_id}` : href;
  const due = row.step_due_at ? ` ${local(row.step_due_at)}` : '';
  return [
    step('open_call', row.opened_at, openSentence(row), href),
    step('submissions', row.opened_at, submissionsSentence(row), `${href}/submissions`),
    step('evaluation', row.settled_at, evaluationSentence(row), `${href}/submissions`),
    step('leaderboard', row.settled_at, leaderboardSentence(shown), `${href}/leaderboard`),
    step('review', row.settled_at, reviewSentence(row), caseHref),
    step(
      'notice',
      row.state === 'notice' ? row.state_at : null,
      noticeSentence(row, due),
      caseHref,
    ),
    step('award', row.awarded_at, awardSentence(shown), href),
    step(
      'certificate',
      row.certified_at,
      row.certificate_id
        ? {
            zh: '证书已签发，任何人可核验。',
            en: 'The certificate is issued; anybody can verify it.',
          }
        : { zh: '中榜后签发证书。', en: 'The winner gets a certificate.' },
      row.certificate_id ? `/certificates/${row.certificate_id}` : href,
    ),
  ];
}

// From which state on a step runs, and from which it is done.
const spans: Record<StepKey, { from: CallState; until: CallState }> = {
  open_call: { from: 'approval', until: 'open' },
  submissions: { from: 'open', until: 'closed' },
  evaluation: { from: 'open', until: 'review' },
  leaderboard: { from: 'open', until: 'review' },
  review: { from: 'review', until: 'notice' },
  notice: { from: 'notice', until: 'decision' },
  award: { from: 'decision', until: 'awarded' },
  certificate: { from: 'awarded', until: 'stopped' },
};

function stateOf(key: StepKey, row: store.ListedCall): Step['state'] {
  if (key === 'certificate' && row.certificate_id) return 'done';
  const { from, until } = spans[key];
  if (row.state === 'stopped') {
    if (key === 'open_call' && row.opened_at) return 'done';
    if (key === 'submissions' && row.closed_at) return 'done';
    if ((key === 'evaluation' || key === 'leaderboard') && row.settled_at) return 'done';
    return 'stopped';
  }
  if (place(row.state) >= place(until)) return 'done';
  if (place(row.state) < place(from)) return 'waiting';
  const idle = row.submissions === 0 && (key === 'evaluation' || key === 'leaderboard');
  return idle ? 'waiting' : 'running';
}

function local(at: Date): string {
  return new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
}

function openSentence(row: store.ListedCall): Words {
  const until = row.closes_at ? local(row.closes_at) : '';
  return { zh: `已发榜，截止 ${until}。`, en: `The call is published; it closes ${until}.` };
}

function submissionsSentence(row: store.ListedCall): Words {
  const { teams, submissions: count } = row;
  return {
    zh: `${teams} 支团队提交了 ${count} 份应答（含基线）。`,
    en: `${teams} teams; ${count} submissions, baselines among them.`,
  };
}

function evaluationSentence({ evaluating, scored, failed }: store.ListedCall): Words {
  return {
    zh: `隔离测评：${scored} 份得分，${failed} 份未通过，${evaluating} 份进行中。`,
    en: `In isolation: ${scored} scored, ${failed} failed, ${evaluating} under way.`,
  };
}

function leaderboardSentence({ best, digits, teamName, row }: Shown): Words {
  if (best === null || teamName === null) {
    return { zh: '尚无得分。', en: 'No score yet.' };
  }
  const value = rounded(best, digits).toFixed(digits);
  const name = row.draft.metric?.name ?? { zh: '得分', en: 'score' };
  const final = row.settled_at !== null;
  return {
    zh: `${before(teamName)}${final ? '名列第一' : '暂列第一'}，${name.zh} ${value}。`,
    en: `${teamName} ${final ? 'came first' : 'leads'} with ${name.en} ${value}.`,
  };
}

function reviewSentence({ state }: store.ListedCall): Words {
  if (state === 'review') return { zh: '评审组正在评审。', en: 'The panel is reviewing.' };
  return place(state) > place('review') && state !== 'stopped'
    ? { zh: '评审已通过。', en: 'The review has passed.' }
    : { zh: '关榜后由评审组评审。', en: 'A panel reviews the closed leaderboard.' };
}

function noticeSentence({ state }: store.ListedCall, due: string): Words {
  if (state === 'notice') {
    return {
      zh: `正在公示，至${due} 止，可提出异议。`,
      en: `On public notice until${due}; object if need be.`,
    };
  }
  return place(state) > place('notice') && state !== 'stopped'
    ? { zh: '公示已结束，没有未决异议。', en: 'The notice has ended; no objection stands.' }
    : { zh: '评审结果将向社会公示。', en: 'The result will be put on public notice.' };
}

function awardSentence({ row, teamName }: Shown): Words {
  if (row.state === 'awarded' && teamName) {
    return { zh: `${before(teamName)}中榜。`, en: `${teamName} has won.` };
  }
  if (row.state === 'stopped') {
    return { zh: '揭榜已停，未授予中榜。', en: 'The call was stopped; nothing was awarded.' };
  }
  return { zh: '公示无异议后决定中榜。', en: 'Awarded when no objection stands.' };
}

const place = (state: CallState) => callStates.indexOf(state);

// Chinese is set apart from Latin letters and figures by a space, and from nothing else.
const before = (name: string) => (/[\w.]$/.test(name) ? `${name} ` : name);

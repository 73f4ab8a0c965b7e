import type { Door } from '#kernel/door.ts';
import { kernelErrors } from '#kernel/errors.ts';
import type { LeaderboardView } from './contract.ts';
import { callId as callIdSchema } from './entities.ts';
import type { Uses } from './module-uses.ts';
import { readLeaderboard } from './read-leaderboard.ts';

/** The leaderboard as a table that spreadsheets open: CSV (RFC 4180) in UTF-8 with a byte order mark. */
export function leaderboardDoor(uses: Uses): Door {
  return {
    module: 'scenarios',
    name: 'leaderboard-csv',
    method: 'GET',
    path: '/api/v1/scenarios/calls/:callId/leaderboard.csv',
    summary: 'The leaderboard of a call as CSV',
    // Of an open call it is for everybody; of a draft, for whom the handler lets through.
    permission: 'open',
    bodyBytesMax: 0,
    errors: ['missing'],
    async handle({ params }, call) {
      const parsed = callIdSchema.safeParse(params.callId);
      if (!parsed.success) throw kernelErrors.make.missing({ id: params.callId ?? '' });
      const callId = parsed.data;
      const resource = { type: 'scenarios.call', id: callId };
      await uses.kernel.access.require(call.principal, 'scenarios.call.read', resource);
      const board = await readLeaderboard(callId, uses, call);
      return {
        status: 200,
        headers: {
          'content-type': 'text/csv; charset=utf-8',
          'content-disposition': `attachment; filename="leaderboard-${callId}.csv"`,
          'cache-control': 'no-cache',
        },
        body: leaderboardCsv(board, call.language),
      };
    },
  };
}

const heads = {
  zh: [
    '名次',
    '名称',
    '基线',
    '得分',
    '区间下限',
    '区间上限',
    '并列',
    '状态',
    '原因',
    '提交时间',
    '提交次数',
    '版本摘要',
  ],
  en: [
    'rank',
    'name',
    'baseline',
    'score',
    'interval low',
    'interval high',
    'tied',
    'state',
    'reason',
    'received at',
    'submissions',
    'revision digest',
  ],
};

/** Pure. What people wrote cannot become a formula: a leading = + - @ gets an apostrophe before it. */
export function leaderboardCsv(board: LeaderboardView, language: 'zh' | 'en'): string {
  const lines = board.rows.map((row) => [
    row.rank ?? '',
    row.name[language] || row.name.zh || row.name.en,
    row.baseline ? 1 : 0,
    row.score === null ? '' : row.score.toFixed(board.metric.precision),
    row.interval?.low ?? '',
    row.interval?.high ?? '',
    row.tied ? 1 : 0,
    row.state,
    row.reason?.sentence[language] ?? '',
    row.receivedAt,
    row.submissions,
    row.revisionDigest,
  ]);
  const text = [heads[language], ...lines].map((line) => line.map(cell).join(',')).join('\r\n');
  return `\uFEFF${text}\r\n`;
}

function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

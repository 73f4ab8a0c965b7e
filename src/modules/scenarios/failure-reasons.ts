import type { Words } from '#kernel/entities.ts';

/**
 * Why a submission has no score, in the platform's own words. Nothing here was written by the program, so
 * that nothing of hidden data can leave through it.
 */

type Reason = { sentence: Words; ours: boolean };

const theirs = (zh: string, en: string): Reason => ({ sentence: { zh, en }, ours: false });
const ours = (zh: string, en: string): Reason => ({
  sentence: {
    zh: `${zh}，不计入提交次数，可重新提交。`,
    en: `${en} It costs no attempt: submit again.`,
  },
  ours: true,
});

// The first group are the ends of a job (module compute).
const reasons: Readonly<Record<string, Reason>> = {
  out_of_memory: theirs('程序用完了允许的内存。', 'The program used all the memory it may have.'),
  time_limit: theirs('程序没有在时限内运行完。', 'The program did not end within its time.'),
  cpu_limit: theirs('程序用完了允许的计算时间。', 'The program used all its processor time.'),
  row_time_limit: theirs(
    '程序对某一行的回答超过了时限。',
    'The program took too long over one row.',
  ),
  disk_limit: theirs('程序写出的数据超过了允许的大小。', 'The program wrote more than it may.'),
  process_limit: theirs(
    '程序启动的进程超过了允许的数目。',
    'The program started too many processes.',
  ),
  program_error: theirs('程序运行出错而中止。', 'The program ended with an error.'),
  protocol_error: theirs('程序的回答不符合逐行协议。', 'The program broke the row protocol.'),
  output_missing: theirs('程序没有给出规定的结果。', 'The program gave no result.'),
  output_too_large: theirs('程序给出的结果过大。', 'The result is larger than allowed.'),
  output_refused: theirs('程序给出的结果未被接受。', 'The result was refused.'),
  environment_missing: ours('本平台暂无该运行环境', 'The platform lacks its runtime environment.'),
  cancelled: ours('运行被平台取消', 'The platform cancelled the run.'),
  isolation_failed: ours('平台的隔离环境出错', 'The isolation of the platform failed.'),
  host_lost: ours('运行它的主机失联', 'The host that ran it was lost.'),
  // Of the evaluation as a whole.
  evaluation_overdue: ours('测评没有在期限内结束', 'The evaluation did not end in time.'),
  scoring_failed: ours('评分程序出错', 'The scorer failed.'),
  call_stopped: ours('揭榜已被叫停', 'The call was stopped.'),
};

// The module assurance may say at which of its two jobs it happened: `predict.time_limit`, `score.program_error`.
function reasonOf(code: string): Reason | undefined {
  if (/^scor\w*[.:]/.test(code)) return reasons.scoring_failed;
  return reasons[code.split(/[.:]/).at(-1) ?? ''];
}

/** Whether a failure is the platform's fault, so that it costs the team nothing. */
export function isOurs(code: string): boolean {
  return reasonOf(code)?.ours ?? false;
}

/** The sentence for a code; an unknown code is shown as it is. */
export function sentenceOf(code: string): Words {
  return (
    reasonOf(code)?.sentence ?? {
      zh: `测评未完成（${code}）。`,
      en: `The evaluation did not succeed (${code}).`,
    }
  );
}

/** What a reader is told of a failure. */
export function reasonView(code: string | null) {
  return code === null ? null : { code, sentence: sentenceOf(code), ours: isOurs(code) };
}

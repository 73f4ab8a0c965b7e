import type { Words } from '#kernel/entities.ts';
import { retried } from './evaluation-state.ts';

/**
 * Why an evaluation has no score, in the platform's own words: no letter of them comes from a
 * program, so nothing of hidden data leaves through them.
 */
type Reason = { sentence: Words; ours: boolean };

const theirs = (zh: string, en: string): Reason => ({ sentence: { zh, en }, ours: false });
const ours = (zh: string, en: string): Reason => ({ sentence: { zh, en }, ours: true });

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
  program_error: theirs('程序运行出错而中止。', 'The program ended with an error of its own.'),
  protocol_error: theirs('程序的回答不符合逐行协议。', 'The program broke the row protocol.'),
  output_missing: theirs('程序没有给出规定的结果。', 'The program gave no result.'),
  output_too_large: theirs('程序给出的结果过大。', 'The result is larger than allowed.'),
  output_refused: theirs('程序给出的结果未被接受。', 'The result was refused.'),
  environment_missing: ours('本平台暂无该运行环境。', 'The platform lacks this environment.'),
  isolation_failed: ours('平台的隔离环境出错。', 'The isolation of the platform failed.'),
  host_lost: ours('运行它的主机失联。', 'The host that ran it was lost.'),
  outputs_lost: ours(
    '平台未能取回作业结果。',
    'The platform could not read the results of the job.',
  ),
  wait_limit: ours('一直没有空闲主机来运行。', 'No host was free to run it.'),
  inputs_refused: ours('特征数据表无法逐行读取。', 'The table of features cannot be read.'),
  job_refused: ours('平台未能安排作业。', 'The platform could not arrange a job.'),
  cancelled: ours('测评被叫停。', 'The evaluation was stopped.'),
  evaluation_overdue: ours('测评没有在期限内结束。', 'The evaluation did not end in time.'),
  scoring_failed: ours('评分程序出错。', 'The scorer failed.'),
  scores_invalid: ours('评分程序给出的得分不合规定。', 'The scorer gave scores that do not fit.'),
};

/** Whether it is the platform's or the scorer's fault, so that it costs the submitter nothing. */
export function isOurs(code: string): boolean {
  return reasons[code]?.ours ?? retried.has(code);
}

/** The sentence for a code. */
export function sentenceOf(code: string): Words {
  return (
    reasons[code]?.sentence ?? {
      zh: '测评未完成。',
      en: 'The evaluation did not succeed.',
    }
  );
}

/** A code that may be shown: one of the platform's, whatever a job said. */
export function knownCode(code: string): string {
  return Object.hasOwn(reasons, code) ? code : 'program_error';
}

import { defineWords } from '#web/words.ts';

/** Why a job ended without success, and under the same key with `.do` what to do about it. */
export const reasonWords = defineWords('job-reasons', {
  out_of_memory: ['程序用的内存超过了上限', 'The program used more memory than it may'],
  'out_of_memory.do': [
    '少读一些数据到内存，或申请更高的内存上限。',
    'Hold less data at once, or ask for a higher limit of memory.',
  ],
  time_limit: ['程序没有在时限内结束', 'The program did not end within its time'],
  'time_limit.do': [
    '先在小的数据上量一量每行用时，再加快程序或申请更长的时限。',
    'Measure the time per row on little data, then make it faster or ask for more time.',
  ],
  cpu_limit: ['程序用完了计算时间', 'The program used all its processor time'],
  'cpu_limit.do': [
    '去掉重复计算，或申请更多计算时间。',
    'Compute nothing twice, or ask for more processor time.',
  ],
  row_time_limit: ['程序对某一行的回答超时', 'The program took too long over one row'],
  'row_time_limit.do': [
    '每行的工作要有上界；把准备工作放到开头。',
    'Bound the work per row, and prepare before the first one.',
  ],
  disk_limit: ['程序写入的数据超过了上限', 'The program wrote more than it may'],
  'disk_limit.do': [
    '少写临时文件，或申请更大的空间。',
    'Write fewer files, or ask for more space.',
  ],
  process_limit: ['程序启动的进程太多', 'The program started too many processes'],
  'process_limit.do': [
    '减少线程和进程，或申请更高的上限。',
    'Use fewer threads and processes, or ask for a higher limit.',
  ],
  program_error: ['程序自己出错而中止', 'The program ended with an error of its own'],
  'program_error.do': [
    '在公开数据上用同样的环境重现，日志在那里是完整的。',
    'Repeat it on public data in the same environment; the logs are whole there.',
  ],
  protocol_error: ['程序的回答不合协议', 'The program broke the protocol'],
  'protocol_error.do': [
    '每收到一行就回答一行，格式见入门套件。',
    'Answer each row once, in the form that the starting kit shows.',
  ],
  output_missing: ['程序没有写出声明的结果', 'The program did not write a declared output'],
  'output_missing.do': ['核对输出的文件名。', 'Compare the names of the outputs.'],
  output_too_large: ['结果超过了声明的大小', 'An output is larger than declared'],
  'output_too_large.do': [
    '只写需要的列，或声明更大的上限。',
    'Write only what is needed, or declare more.',
  ],
  output_refused: ['结果未被接受', 'An output was refused'],
  'output_refused.do': [
    '结果要是普通文件，内容合乎规定的格式。',
    'Outputs are plain files in the form that was asked for.',
  ],
  environment_missing: ['没有能运行它的环境', 'No host has its environment'],
  'environment_missing.do': [
    '看“运行环境与算力池”页上缺什么，由运营者安装。',
    'The page of environments and pools says what is missing; the operator installs it.',
  ],
  cancelled: ['作业被停止', 'The job was stopped'],
  'cancelled.do': ['需要时重新提交。', 'Submit it again where it is still needed.'],
  isolation_failed: ['平台的隔离环境出错', 'The isolation of the platform failed'],
  'isolation_failed.do': [
    '这是平台的问题，不计在程序头上；会自动重试，或重新提交。',
    'This is the platform’s fault, not the program’s; it is tried again, or submit it anew.',
  ],
  inputs_refused: ['输入不能用', 'The inputs cannot be used'],
  'inputs_refused.do': ['检查输入文件的格式和大小。', 'Check form and size of the input files.'],
  host_lost: ['运行它的主机失联', 'The host that ran it was lost'],
  'host_lost.do': ['平台会在别的主机上重试。', 'The platform tries it again on another host.'],
  outputs_lost: ['结果没能取回', 'The outputs could not be fetched'],
  'outputs_lost.do': [
    '这是平台的问题；重新提交。',
    'This is the platform’s fault; submit it again.',
  ],
  wait_limit: ['等待太久，没有开始', 'It waited too long to begin'],
  'wait_limit.do': ['等队列短一些再提交。', 'Submit it again when fewer jobs wait.'],
});

import type { Words } from '#kernel/entities.ts';
import type {
  Finding,
  FindingCode,
  Format,
  InspectionState,
  Severity,
  StoredFinding,
} from './findings-entities.ts';
import { carriesCode } from './format-names.ts';

/** How grave each finding is, and what it says; `{}` stands for the names out of the file. */
const TABLE: Readonly<Record<FindingCode, readonly [Severity, zh: string, en: string]>> = {
  name_mismatch: [
    'warning',
    '文件名与内容不符：{}。请先弄清它是什么，再决定是否使用。',
    'The name promises something else than the content is: {}. Find out which before using it.',
  ],
  second_format: [
    'danger',
    '文件末尾还藏有另一种格式：{}。不同的软件会读出不同的内容。',
    'Another format is appended: {}. Different readers see different content.',
  ],
  malformed: [
    'warning',
    '不符合其自身格式的规定：{}。读取它的软件可能出错。',
    'It does not keep to its own format: {}. Software that reads it may fail.',
  ],
  too_complex: [
    'warning',
    '规模或嵌套超出检查范围，未能完整描述：{}。',
    'It is larger or deeper than what is inspected, and not described in full: {}.',
  ],
  pickle_code: [
    'warning',
    '其中有 pickle，加载时会运行文件里的代码。请优先使用 ONNX 或 safetensors。',
    'It holds a pickle, whose loader runs code out of the file. Prefer ONNX or safetensors.',
  ],
  pickle_import: [
    'danger',
    '加载时会调用允许清单之外的程序：{}。不要加载来源不明的文件（? 表示加载时才确定，或无法读完）。',
    'Loading it calls what is not on the list of harmless names: {}. Do not load it unless you trust its maker (? is worked out while it loads, or cannot be followed).',
  ],
  lambda_layer: [
    'danger',
    '含 Lambda 层，加载时会运行其中的 Python 代码。',
    'It has a Lambda layer, whose Python code runs when it is loaded.',
  ],
  executable: [
    'warning',
    '这是可执行文件或动态库。平台从不在隔离之外运行它。',
    'It is an executable or a shared library. Nothing here runs it outside of isolation.',
  ],
  active_content: [
    'warning',
    '其中有脚本或外部引用，用浏览器直接打开时会运行。',
    'It holds scripts or references that run where a browser opens it.',
  ],
  tensor_offsets: [
    'warning',
    '这些张量的位置重叠、留空或超出文件：{}。',
    'These tensors overlap, leave holes or lead beyond the file: {}.',
  ],
  external_path_escape: [
    'danger',
    '模型要从自己的文件夹之外读取数据：{}。',
    'The model reads its data from outside of its own folder: {}.',
  ],
  custom_operators: [
    'warning',
    '用到 ONNX 之外的算子，需要另外的程序库才能运行：{}。',
    'It uses operators that are not of ONNX and need a library of their own: {}.',
  ],
  archive_path_escape: [
    'danger',
    '解压时会写到目标文件夹之外：{}。',
    'Unpacking it writes outside of the folder: {}.',
  ],
  archive_link_escape: [
    'danger',
    '其中的链接指向目标文件夹之外：{}。',
    'Links in it lead out of the folder: {}.',
  ],
  archive_bomb: [
    'danger',
    '解压后异常庞大（{} 字节以上），会占满磁盘或内存。',
    'It unpacks to far more than its size ({} bytes or more) and fills disk or memory.',
  ],
  archive_overlap: [
    'danger',
    '条目的数据互相重叠：{}。这是压缩炸弹的做法。',
    'Entries share the same bytes, as in a bomb: {}.',
  ],
  archive_size_lie: [
    'danger',
    '条目解压后的大小与目录所写不符：{}。',
    'Entries unpack to another size than the list says: {}.',
  ],
  archive_encrypted: [
    'warning',
    '条目已加密，无法检查：{}。',
    'Entries are encrypted and were not inspected: {}.',
  ],
  archive_nested: [
    'warning',
    '压缩包里还有压缩包，里层未检查：{}。',
    'Archives within the archive were not inspected: {}.',
  ],
  archive_pickle: [
    'warning',
    '压缩包里有 pickle，加载时会运行代码：{}。',
    'The archive holds pickles, whose loaders run code: {}.',
  ],
  archive_executable: [
    'warning',
    '压缩包里有可执行文件：{}。',
    'The archive holds executables: {}.',
  ],
  time_out: [
    'failed',
    '检查超过规定时间，已停止。这不说明文件安全与否。',
    'The inspection ran out of time and was ended. That says nothing about the file.',
  ],
  out_of_memory: [
    'failed',
    '检查超过规定内存，已停止。这不说明文件安全与否。',
    'The inspection ran out of memory and was ended. That says nothing about the file.',
  ],
  inspection_ended: [
    'failed',
    '检查意外中止。这不说明文件安全与否。',
    'The inspection ended before it was done. That says nothing about the file.',
  ],
};

/** A wrong name is dangerous where code goes by the name of data. */
export function severityOf(code: FindingCode, format: Format | null): Severity {
  return code === 'name_mismatch' && carriesCode(format) ? 'danger' : TABLE[code][0];
}

export function findingOf({ code, details }: StoredFinding, format: Format | null): Finding {
  const [, zh, en] = TABLE[code];
  const fill = (text: string, between: string) => text.replace('{}', () => details.join(between));
  const [promised = '', real = ''] = details;
  const mismatch: Words = { zh: `.${promised} 实为 ${real}`, en: `.${promised} is ${real}` };
  const words =
    code === 'name_mismatch'
      ? { zh: zh.replace('{}', () => mismatch.zh), en: en.replace('{}', () => mismatch.en) }
      : { zh: fill(zh, '、'), en: fill(en, ', ') };
  const cut = (text: string) =>
    text.length > 1_000 ? `${text.slice(0, 998).toWellFormed()}…` : text;
  return {
    ...{ code, details, severity: severityOf(code, format) },
    words: { zh: cut(words.zh), en: cut(words.en) },
  };
}

const ORDER: readonly InspectionState[] = ['clean', 'warning', 'failed', 'danger'];

/** The gravest of its findings. */
export function stateOf(
  findings: readonly StoredFinding[],
  format: Format | null,
): InspectionState {
  const places = findings.map(({ code }) => ORDER.indexOf(severityOf(code, format)));
  return ORDER[Math.max(0, ...places)] ?? 'clean';
}

/**
 * Problems in the reader's language, by code. The server's own sentence is English; `{name}` is
 * filled from the problem's data.
 */
export const problemWords: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  'portal.offline': [
    '没有连上平台。检查网络后再试；填写的内容还在。',
    'The platform could not be reached. Check the network and try again; nothing typed is lost.',
  ],
  'portal.broken': [
    '页面出了错。重新载入后继续；填写的内容还在。',
    'The page made a mistake. Reload it to go on; what was typed is still here.',
  ],
  'kernel.invalid_input': [
    '填写的内容不合要求：{problem}。改正后再提交。',
    'The input does not fit: {problem}. Correct it and send it again.',
  ],
  'kernel.not_signed_in': [
    '还没有登录。登录后再试，或用 API 密钥访问。',
    'Nobody is signed in. Sign in, or send an API key.',
  ],
  'kernel.denied': [
    '当前身份不能做这件事（{permission}）。',
    'This account may not do that ({permission}).',
  ],
  'kernel.missing': [
    '没有编号为 {id} 的内容，或当前身份看不到它。',
    'There is nothing with the identifier {id}, or this account may not know of it.',
  ],
  'kernel.limited': [
    '请求太多。{seconds} 秒后再试。',
    'Too many requests. Try again in {seconds} seconds.',
  ],
  'kernel.too_large': [
    '内容超过 {limitBytes} 字节。减小后再试，或用文件上传。',
    'The body is larger than {limitBytes} bytes. Send less, or upload a file.',
  ],
  'kernel.unavailable': [
    '平台暂时无法应答，没有任何内容被改动。稍后再试。',
    'The platform cannot answer just now; nothing was changed. Try again shortly.',
  ],
  'kernel.internal': [
    '平台出了错，已记录为 {requestId}。没有任何内容生效。',
    'The platform made a mistake; it is logged under {requestId}. Nothing took effect.',
  ],
  'kernel.foreign_origin': [
    '请求来自其他网站。在门户内重新操作。',
    'The request came from another site. Repeat it in the portal.',
  ],
};

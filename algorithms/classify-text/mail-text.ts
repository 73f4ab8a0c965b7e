/** What a person reads of a mail (RFC 5322, RFC 2045) that is good enough to learn from: its subject and its text. */

const HEADER_END = /\r?\n\r?\n/;

/** Subject and body as text: parts decoded, tags and addresses left out, headers not looked at. */
export function mailText(raw: string): string {
  const end = HEADER_END.exec(raw);
  const headers = raw.slice(0, end?.index ?? 0);
  const subject = /^subject:[ \t]*(.*)$/im.exec(headers)?.[1] ?? '';
  const body = end ? raw.slice(end.index + end[0].length) : raw;
  const boundary = /boundary="?([^";\r\n]+)"?/i.exec(headers)?.[1];
  const parts = boundary ? body.split(`--${boundary}`).slice(1) : [`${headers}\n\n${body}`];
  const text = parts.map(partText).join('\n');
  return `${subject.replace(/\[[^\]]*\]|\bre:|\bfwd?:/gi, '').trim()}\n\n${text.trim()}`;
}

function partText(part: string): string {
  const end = HEADER_END.exec(part);
  if (!end) return '';
  const headers = part.slice(0, end.index);
  if (!/content-type/i.test(headers) || /content-type:\s*text/i.test(headers)) {
    return withoutTags(decoded(part.slice(end.index + end[0].length), headers));
  }
  return '';
}

function decoded(body: string, headers: string): string {
  const encoding = /content-transfer-encoding:\s*"?([\w-]+)/i.exec(headers)?.[1]?.toLowerCase();
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('latin1');
  if (encoding !== 'quoted-printable') return body;
  return body
    .replace(/=\r?\n/g, '')
    .replace(/=([0-9A-F]{2})/gi, (_, digits: string) =>
      String.fromCharCode(Number.parseInt(digits, 16)),
    );
}

function withoutTags(text: string): string {
  return text
    .replace(/<(style|script)[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]{0,2000}>/g, ' ')
    .replace(/&nbsp;/gi, ' ')
    .replace(/&amp;/gi, '&')
    .replace(/[ \t\r]+/g, ' ')
    .replace(/\n\s*\n+/g, '\n')
    .trim();
}

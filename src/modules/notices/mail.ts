import { createTransport } from 'nodemailer';
import type { Message } from './store.ts';

export type Mailer = {
  /** Rejects where the server did not take it. */
  send(mail: { id: string; to: string; message: Message }): Promise<void>;
  close(): void;
};

/**
 * Mail through one SMTP server. The delivery's id makes the Message-ID, so that a mail which was taken
 * twice, because the server died before it could note the first, is known as one.
 */
export function createMailer(options: {
  smtpUrl: string;
  from: string;
  /** The platform's address, for links. */
  address: string;
  timeoutMs: number;
}): Mailer {
  const { smtpUrl, from, address, timeoutMs } = options;
  const transport = createTransport(smtpUrl, {
    from,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const host = new URL(address).hostname;
  return {
    async send({ id, to, message }) {
      const sent = transport.sendMail({
        to,
        messageId: `<${id}@${host}>`,
        subject: `${message.title.zh} / ${message.title.en}`,
        text: mailText(message, new URL(message.link, address).href),
        headers: { 'auto-submitted': 'auto-generated' },
      });
      await within(timeoutMs, sent);
    },
    close: () => transport.close(),
  };
}

/** Chinese first, English below, the link last: nobody is asked for a language before a mail. */
function mailText({ body, title }: Message, link: string): string {
  return [title.zh, '', body.zh, '', title.en, '', body.en, '', link, ''].join('\n');
}

async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('the mail server did not answer')), milliseconds);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

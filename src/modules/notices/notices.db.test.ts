import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { SMTPServer } from 'smtp-server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readOptions } from '#kernel/config.ts';
import type { Database } from '#kernel/db.ts';
import type { Kernel } from '#kernel/module.ts';
import { testDatabases } from '#kernel/testing.ts';
import { callAs, callOf } from '#kernel/testing-calls.ts';
import { movableClock, openTestKernel } from '#kernel/testing-kernel.ts';
import { createNotices, noticesOptions, noticesSource } from './index.ts';
import { signedHeaders } from './sign-webhook.ts';
import { claimDeliveries } from './store-deliveries.ts';

const ada = callAs('party_00000000000000000000000ada');
const bob = callAs('party_00000000000000000000000bob');
const members: Record<string, string[]> = { party_lab: [ada.principal.id, bob.principal.id] };

/** Receives webhooks, and mail by SMTP. `answer` is the status that it gives. */
async function receiver() {
  const posts: { id: string; headers: Record<string, unknown>; body: string }[] = [];
  const mails: string[] = [];
  const state = { answer: 200, posts, mails, refuseMail: false };
  const http = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      posts.push({ id: String(request.headers['webhook-id']), headers: request.headers, body });
      response.writeHead(state.answer, { location: 'http://127.0.0.1:1/' }).end();
    });
  });
  const smtp = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, _session, done) {
      let text = '';
      stream.on('data', (chunk) => {
        text += chunk;
      });
      stream.on('end', () => {
        if (state.refuseMail) return done(new Error('no'));
        mails.push(text);
        done();
      });
    },
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  await new Promise<void>((resolve) => smtp.listen(0, '127.0.0.1', () => resolve()));
  const port = (server: { address(): unknown }) => (server.address() as AddressInfo).port;
  return {
    ...{ state, url: `http://127.0.0.1:${port(http)}/hook` },
    smtpUrl: `smtp://127.0.0.1:${port(smtp.server)}`,
    async close() {
      await new Promise((resolve) => http.close(resolve));
      await new Promise<void>((resolve) => smtp.close(() => resolve()));
    },
  };
}

describe.each(testDatabases())('notices on $engine', ({ open }) => {
  let db: Database;
  let kernel: Kernel;
  let out: Awaited<ReturnType<typeof receiver>>;
  let notices: ReturnType<typeof createNotices>;
  const opening = '2026-11-23T06:05:00Z';
  const clock = movableClock(opening);
  const signal = new AbortController().signal;

  const start = (environment: Record<string, string> = {}) => {
    const options = readOptions(noticesOptions, {
      ...{ NOTICES_PRIVATE_WEBHOOKS: 'allow', NOTICES_SMTP_URL: out.smtpUrl },
      ...environment,
    });
    return createNotices(options, {
      kernel,
      parties: {
        address: 'https://touyan.example.cn',
        personsBehind: async (_tx, to) => (typeof to === 'string' ? (members[to] ?? [to]) : []),
        addressesOf: async (_tx, ids) =>
          new Map(ids.map((id) => [id, `${id.slice(-3)}@example.org`])),
      },
    });
  };
  const draft = (to: string, basis: string) => ({
    ...{ to, kind: 'cases.step_due', link: '/cases/case_1', basis },
    title: { zh: '待办', en: 'Due' },
    body: { zh: '请处理', en: 'Please decide' },
  });
  const send = (to: string, basis: string) =>
    db.transaction((tx) => notices.send(tx, draft(to, basis)));
  const webhook = (kinds: string[] = []) =>
    notices.handlers.createWebhook(
      { ownerId: ada.principal.id, name: 'mine', url: out.url, kinds },
      ada,
    );

  beforeAll(async () => {
    db = await open();
    ({ kernel } = await openTestKernel(db, { sources: [noticesSource], clock }));
    await sql`
      insert into access_resources (type, id, owner, audience)
      values ('party', ${ada.principal.id}, ${ada.principal.id}, 'members')`.execute(db.read);
  });
  afterAll(() => db.close());
  beforeEach(async () => {
    clock.moveTo(opening);
    out = await receiver();
    notices = start();
  });
  afterEach(async () => {
    await out.close();
    await db.raw(
      'truncate notices_notices, notices_deliveries, notices_webhooks, notices_preferences',
    );
  });

  it('tells an organisation by telling its members, each once', async () => {
    await send('party_lab', 'case_1/due');
    await send('party_lab', 'case_1/due');
    clock.move(1);
    await send(ada.principal.id, 'case_2/due');
    const list = await notices.handlers.listNotices({ limit: 10 }, ada);
    expect(list.items.map(({ basis }) => basis)).toEqual(['case_2/due', 'case_1/due']);
    expect(await notices.handlers.countUnread({}, bob)).toEqual({ unread: 1 });
    const [first] = list.items;
    await notices.handlers.markRead({ noticeIds: [first!.id] }, bob);
    expect(await notices.handlers.countUnread({}, ada)).toEqual({ unread: 2 });
    expect(await notices.handlers.markRead({}, ada)).toEqual({ unread: 0 });
  });

  it('writes nothing and sends nothing when the transaction does not commit', async () => {
    await webhook();
    const failing = db.transaction(async (tx) => {
      await notices.send(tx, draft(ada.principal.id, 'case_1'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await notices.deliverDue(signal);
    expect([out.state.posts, out.state.mails]).toEqual([[], []]);
    expect(await notices.handlers.countUnread({}, ada)).toEqual({ unread: 0 });
  });

  it('posts a signed CloudEvent', async () => {
    const { secret } = await webhook(['cases.step_due']);
    await webhook(['other.kind']);
    await send(ada.principal.id, 'case_1');
    await notices.deliverDue(signal);
    const [post, ...rest] = out.state.posts;
    expect(rest).toEqual([]);
    const { id, headers, body } = post!;
    expect(headers).toMatchObject(signedHeaders({ id, at: clock.now(), body, secret }));
    expect(headers['content-type']).toContain('application/cloudevents+json');
    expect(JSON.parse(body)).toEqual({
      ...{ specversion: '1.0', id, source: 'https://touyan.example.cn' },
      ...{
        type: 'touyan.cases.step_due',
        subject: ada.principal.id,
        time: clock.now().toISOString(),
      },
      datacontenttype: 'application/json',
      data: {
        ...{ title: { zh: '待办', en: 'Due' }, body: { zh: '请处理', en: 'Please decide' } },
        ...{ link: 'https://touyan.example.cn/cases/case_1', basis: 'case_1' },
      },
    });
  });

  it('sends mail in both languages, unless the reader said no', async () => {
    await send(ada.principal.id, 'case_1');
    await notices.deliverDue(signal);
    const preference = { kind: '*', channel: 'mail' as const, enabled: false };
    await notices.handlers.setPreference(preference, ada);
    await send(ada.principal.id, 'case_2');
    await notices.deliverDue(signal);
    expect(out.state.mails).toHaveLength(1);
    expect(out.state.mails[0]).toContain('To: ada@example.org');
    expect(out.state.mails[0]).toContain('https://touyan.example.cn/cases/case_1');
    expect(out.state.mails[0]).toMatch(/Message-ID: <delivery_\w+@touyan.example.cn>/i);
  });

  it('tries again later and later under one id, gives up, and can be asked once more', async () => {
    const { id: webhookId } = await webhook();
    out.state.answer = 500;
    await send(ada.principal.id, 'case_1');
    for (let n = 0; n < 10; n += 1) {
      await notices.deliverDue(signal);
      clock.move(60_000);
    }
    const asked = { ownerId: ada.principal.id, webhookId };
    const [dead] = (await notices.handlers.listDeliveries({ ...asked, limit: 10 }, ada)).items;
    expect(dead).toMatchObject({ state: 'dead', attempts: 8 });
    expect(dead?.problem).toBe('the receiver answered 500');
    expect(new Set(out.state.posts.map(({ id }) => id))).toEqual(new Set([dead!.id]));
    out.state.answer = 204;
    await notices.handlers.retryDelivery({ ...asked, deliveryId: dead!.id }, ada);
    await notices.deliverDue(signal);
    const again = await notices.handlers.listDeliveries({ ...asked, limit: 10 }, ada);
    expect(again.items[0]).toMatchObject({ state: 'delivered' });
    const twice = notices.handlers.retryDelivery({ ...asked, deliveryId: dead!.id }, ada);
    await expect(twice).rejects.toMatchObject({ code: 'notices.delivery_missing' });
  });

  it('takes an answer of 410 at its word, and follows no redirect', async () => {
    const { id: webhookId } = await webhook();
    out.state.answer = 302;
    await send(ada.principal.id, 'case_1');
    await notices.deliverDue(signal);
    out.state.answer = 410;
    clock.move(60);
    await notices.deliverDue(signal);
    const list = { ownerId: ada.principal.id, webhookId, limit: 10 };
    const { items } = await notices.handlers.listDeliveries(list, ada);
    expect(items[0]).toMatchObject({ state: 'dead', attempts: 2 });
    await send(ada.principal.id, 'case_2');
    await notices.deliverDue(signal);
    expect(out.state.posts).toHaveLength(2);
  });

  it.each(['before the attempt', 'between attempt and record'])(
    'survives a kill %s: nothing is lost, and the id does not change',
    async (when) => {
      await webhook();
      await notices.handlers.setPreference({ kind: '*', channel: 'mail', enabled: false }, ada);
      await send(ada.principal.id, 'case_1');
      if (when === 'before the attempt') {
        const leaseUntil = new Date(clock.now().getTime() + 120_000);
        await claimDeliveries(db.read, { now: clock.now(), leaseUntil, limit: 16 });
      } else {
        await db.raw(`create function die() returns trigger language plpgsql
          as $$ begin if new.state <> 'waiting' then raise exception 'killed'; end if; return new; end $$;
          create trigger die before update on notices_deliveries for each row execute function die()`);
        await expect(notices.deliverDue(signal)).rejects.toThrow('killed');
        await db.raw('drop trigger die on notices_deliveries; drop function die()');
      }
      const other = start();
      await other.deliverDue(signal);
      expect(out.state.posts).toHaveLength(when === 'before the attempt' ? 0 : 1);
      clock.move(121);
      await other.deliverDue(signal);
      await other.deliverDue(signal);
      expect(out.state.posts).toHaveLength(when === 'before the attempt' ? 1 : 2);
      expect(new Set(out.state.posts.map(({ id }) => id)).size).toBe(1);
    },
  );

  it('shares the work among servers without doing any of it twice', async () => {
    await webhook();
    for (let n = 0; n < 20; n += 1) await send(ada.principal.id, `case_${n}`);
    const servers = [notices, start(), start()];
    await Promise.all(servers.map((server) => server.deliverDue(signal)));
    expect(out.state.posts).toHaveLength(20);
    expect(new Set(out.state.posts.map(({ id }) => id)).size).toBe(20);
    expect(out.state.mails).toHaveLength(20);
  });

  it('keeps a mail that the server refused, for the operator to try again', async () => {
    out.state.refuseMail = true;
    await send(ada.principal.id, 'case_1');
    for (let n = 0; n < 10; n += 1) {
      await notices.deliverDue(signal);
      clock.move(60_000);
    }
    const operator = callOf({ ...bob.principal, roles: ['operator'] });
    const { items } = await notices.handlers.listFailedMail({ limit: 10 }, operator);
    expect(items).toHaveLength(1);
    out.state.refuseMail = false;
    await notices.handlers.retryMail({ deliveryId: items[0]!.id }, operator);
    await notices.deliverDue(signal);
    expect(out.state.mails).toHaveLength(1);
  });

  it('does not reach into private networks, by address or by name', async () => {
    const strict = start({ NOTICES_PRIVATE_WEBHOOKS: 'refuse' });
    const make = (url: string) =>
      strict.handlers.createWebhook({ ownerId: ada.principal.id, name: 'n', url, kinds: [] }, ada);
    await expect(make(out.url)).rejects.toMatchObject({ code: 'notices.url_unfit' });
    const { id: webhookId } = await make(`https://localhost:${new URL(out.url).port}/`);
    await send(ada.principal.id, 'case_1');
    await strict.deliverDue(signal);
    const list = { ownerId: ada.principal.id, webhookId, limit: 10 };
    const { items } = await strict.handlers.listDeliveries(list, ada);
    expect(items[0]).toMatchObject({
      state: 'waiting',
      problem: 'localhost leads to a private address',
    });
    expect(out.state.posts).toEqual([]);
  });

  it("leaves another party's webhooks alone", async () => {
    const { id: webhookId } = await webhook();
    const asked = { ownerId: ada.principal.id, webhookId };
    const missing = { code: 'kernel.missing' };
    await expect(notices.handlers.removeWebhook(asked, bob)).rejects.toMatchObject(missing);
    await notices.handlers.removeWebhook(asked, ada);
    const kinds = await sql<{ kind: string }>`
      select kind from kernel_facts where subject = ${webhookId} order by sequence`.execute(
      db.read,
    );
    expect(kinds.rows.map(({ kind }) => kind)).toEqual([
      ...['notices.webhook_created', 'notices.webhook_removed'],
    ]);
  });
});

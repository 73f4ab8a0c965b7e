import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '#kernel/db.ts';
import { testDatabases } from '#kernel/testing.ts';
import { openPartiesHouse } from './testing.ts';

type House = Awaited<ReturnType<typeof openPartiesHouse>>;

/** A browser that keeps cookies, comes from its own page, and speaks JSON. */
function browser(address: string) {
  const cookies = new Map<string, string>();
  const send = async (method: string, path: string, body?: object) => {
    const response = await fetch(`${address}${path}`, {
      method,
      headers: {
        origin: address,
        cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        ...(body ? { 'content-type': 'application/json' } : {}),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    for (const line of response.headers.getSetCookie()) {
      const [name = '', value = ''] = line.split(';')[0]!.split(/=(.*)/s);
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return {
      status: response.status,
      cookies: response.headers.getSetCookie(),
      body: await response.json(),
    };
  };
  return {
    cookies,
    post: (path: string, body: object = {}) => send('POST', `/api/auth${path}`, body),
    me: async () => (await send('GET', '/api/v1/parties/me')).body,
    get: (path: string) => send('GET', path),
  };
}

/** RFC 6238 with the defaults of authenticator apps: SHA-1, 30 seconds, six digits. */
function totp(uri: string): string {
  const secret = new URL(uri).searchParams.get('secret') ?? '';
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret]
    .map((one) => alphabet.indexOf(one).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const offset = mac[19]! & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

describe.each(testDatabases())('the doors of sign-in on $engine', ({ open }) => {
  let db: Database;
  let house: House;
  let server: Awaited<ReturnType<House['serve']>>;
  beforeAll(async () => {
    db = await open();
    house = await openPartiesHouse(db);
    server = await house.serve();
  });
  afterAll(async () => {
    await server.close();
    await db.close();
  });

  it('signs in and out, with the session in a cookie that scripts do not see', async () => {
    const { email, password, partyId } = await house.person('Ada');
    const tab = browser(server.address);
    expect((await tab.me()).kind).toBe('stranger');
    const entered = await tab.post('/sign-in/email', { email, password });
    expect(entered).toMatchObject({ status: 200, body: { partyId, secondFactorNeeded: false } });
    expect(entered.cookies.join()).toMatch(/HttpOnly/i);
    expect(JSON.stringify(entered.body)).not.toMatch(/token/);
    expect(await tab.me()).toMatchObject({ id: partyId, kind: 'person' });
    await tab.post('/sign-out');
    expect((await tab.me()).kind).toBe('stranger');
  });

  it('answers wrong passwords alike, whether the account is there or not, and stops guessing', async () => {
    const { email, password, partyId } = await house.person('Bob');
    const tab = browser(server.address);
    const wrong = await tab.post('/sign-in/email', { email, password: 'wrong password' });
    const nobody = await tab.post('/sign-in/email', { email: 'no@example.org', password });
    expect(wrong).toMatchObject({ status: 401, body: { code: 'parties.wrong_password' } });
    expect({ ...nobody.body, data: null }).toEqual({ ...wrong.body, data: null });
    const event = (n: number) => ({
      ...{ id: `event_${String(n).padStart(26, 'z')}`, happenedAt: new Date(), partyId },
      ...{ kind: 'sign_in_failed', actor: partyId, address: null, detail: {} },
    });
    const { insertEvent } = await import('./store-accounts.ts');
    for (let n = 0; n < 9; n += 1) await insertEvent(db.read, event(n));
    const late = await tab.post('/sign-in/email', { email, password });
    expect(late).toMatchObject({ status: 429, body: { code: 'kernel.limited' } });
  });

  it('asks for the second factor, takes codes and recovery codes once', async () => {
    const { email, password, partyId } = await house.person('Carl');
    const tab = browser(server.address);
    await tab.post('/sign-in/email', { email, password });
    const enabled = await tab.post('/two-factor/enable', { password });
    expect(enabled.body.recoveryCodes.length).toBeGreaterThan(5);
    await tab.post('/two-factor/verify-totp', { code: totp(enabled.body.totpUri) });
    expect(await tab.me()).toMatchObject({ secondFactor: true });
    const other = browser(server.address);
    const half = await other.post('/sign-in/email', { email, password });
    expect(half.body).toEqual({ partyId: null, secondFactorNeeded: true });
    expect((await other.me()).kind).toBe('stranger');
    const bad = await other.post('/two-factor/verify-totp', { code: '000000' });
    expect(bad).toMatchObject({ status: 401, body: { code: 'parties.code_refused' } });
    const [recovery] = enabled.body.recoveryCodes;
    await other.post('/two-factor/verify-backup-code', { code: recovery });
    expect(await other.me()).toMatchObject({ id: partyId });
    const third = browser(server.address);
    await third.post('/sign-in/email', { email, password });
    const used = await third.post('/two-factor/verify-backup-code', { code: recovery });
    expect(used).toMatchObject({ status: 401, body: { code: 'parties.code_refused' } });
  });

  it('lets a one-time password do nothing but be changed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'touyan-'));
    const start = await house.parties.ensureOperator({ folder });
    const tab = browser(server.address);
    await tab.post('/sign-in/email', { email: start.email, password: start.password });
    expect(await tab.me()).toMatchObject({ mustChangePassword: true, roles: ['operator'] });
    expect((await tab.get('/api/v1/parties')).status).toBe(403);
    const changed = await tab.post('/change-password', {
      currentPassword: start.password,
      newPassword: 'chosen by the operator',
    });
    expect(changed.status).toBe(200);
    expect(await tab.me()).toMatchObject({ mustChangePassword: false });
    expect((await tab.get('/api/v1/parties')).status).toBe(200);
    const again = await house.parties.ensureOperator({ folder });
    expect([again.created, again.password]).toEqual([false, undefined]);
    await rm(folder, { recursive: true });
  });

  it('ends the sessions of a suspended account', async () => {
    const { email, password, partyId } = await house.person('Dan');
    const tab = browser(server.address);
    await tab.post('/sign-in/email', { email, password });
    const officer = { ...(await house.person('Officer')).call };
    const principal = { ...officer.principal, roles: ['security_administrator' as const] };
    await house.handlers.suspendParty({ partyId, reason: 'lost' }, { ...officer, principal });
    expect((await tab.me()).kind).toBe('stranger');
    const back = browser(server.address);
    await back.post('/sign-in/email', { email, password });
    expect(await back.me()).toMatchObject({ code: 'parties.suspended' });
  });

  it('refuses forms and other sites', async () => {
    const form = await fetch(`${server.address}/api/auth/sign-out`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: '{}',
    });
    expect(form.status).toBe(400);
    const foreign = await fetch(`${server.address}/api/auth/sign-out`, {
      method: 'POST',
      headers: {
        origin: 'https://evil.example',
        cookie: 'a=b',
        'content-type': 'application/json',
      },
      body: '{}',
    });
    expect(foreign.status).toBe(403);
  });

  it('enters as a persona in a demonstration on loopback, and nowhere else', async () => {
    const personas = await house.parties.ensurePersonas();
    expect(personas.map(({ name }) => name)).toEqual([
      ...['hospital', 'vendor', 'expert', 'district', 'operator', 'auditor'],
    ]);
    expect(await house.parties.ensurePersonas()).toEqual(personas);
    const tab = browser(server.address);
    await tab.post('/personas/enter', { persona: 'auditor' });
    expect(await tab.me()).toMatchObject({ roles: ['auditor'] });
    expect((await tab.post('/personas/enter', { persona: 'nobody' })).status).toBe(404);
    const real = await (await openPartiesHouse(db, { personas: false })).serve();
    const outside = browser(real.address);
    expect((await outside.post('/personas/enter', { persona: 'auditor' })).status).toBe(404);
    expect((await outside.me()).kind).toBe('stranger');
    await real.close();
  });
});

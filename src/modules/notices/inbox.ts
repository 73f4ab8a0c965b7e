import type { Handlers, Kernel } from '#kernel/module.ts';
import { decodeCursor, toPage } from '#kernel/page.ts';
import type { noticesContract } from './contract.ts';
import { countUnread, listNotices, listPreferences, markRead, upsertPreference } from './store.ts';

/** What one reads and chooses oneself. */
export function createInbox(
  uses: Pick<Kernel, 'db' | 'clock' | 'live'>,
): Pick<
  Handlers<typeof noticesContract.operations>,
  'listNotices' | 'countUnread' | 'markRead' | 'listPreferences' | 'setPreference'
> {
  const { db, clock, live } = uses;
  return {
    async listNotices({ unread, kind, cursor, limit }, { principal }) {
      const cut = { after: decodeCursor(cursor), limit: limit + 1 };
      const { rows, total } = await listNotices(db.read, principal.id, { unread, kind }, cut);
      const page = toPage(rows, limit, ({ id }) => ({ key: '', id }));
      const items = page.items.map((row) => ({
        ...row,
        createdAt: row.createdAt.toISOString(),
        readAt: row.readAt?.toISOString() ?? null,
      }));
      return { ...page, items, total };
    },
    countUnread: async (_input, { principal }) => ({
      unread: await countUnread(db.read, principal.id),
    }),
    async markRead({ noticeIds }, { principal }) {
      await markRead(db.read, principal.id, noticeIds, clock.now());
      live.publish(`notices.inbox/${principal.id}`);
      return { unread: await countUnread(db.read, principal.id) };
    },
    listPreferences: async (_input, { principal }) => ({
      items: await listPreferences(db.read, principal.id),
    }),
    async setPreference(preference, { principal }) {
      await upsertPreference(db.read, principal.id, preference);
      return {};
    },
  };
}

import * as z from 'zod';
import type { Executor } from '#kernel/db.ts';
import { type Words, words } from '#kernel/entities.ts';
import type { Kernel } from '#kernel/module.ts';
import { type CertificateRow, listCertificates, readCertificate } from './certificate-store.ts';

export type CertificateEntry = {
  id: string;
  title: Words;
  summary: Words;
  text: string;
  href: string;
  ownerId: string;
  updatedAt: Date;
};

const BATCH = 100;
const shown = z.object({
  title: words(1_000),
  scope: words(10_000),
  holder: z.object({ name: z.string() }),
});

/** What the search shows of certificates, which everybody may read; revoked ones stay findable. */
export function createSearchEntries({ db, clock }: Pick<Kernel, 'db' | 'clock'>) {
  const entryOf = (row: CertificateRow): CertificateEntry => {
    const { title, scope, holder } = shown.parse(row.document);
    return {
      id: row.id,
      title,
      summary: scope,
      text: holder.name,
      href: `/assurance/certificates/${row.id}`,
      ownerId: row.holder_id,
      updatedAt: row.revoked_at ?? row.issued_at,
    };
  };
  return {
    kind: 'certificate',
    permission: null,
    factKinds: ['assurance.certificate_issued', 'assurance.certificate_revoked'],
    async read(certificateId: string, executor: Executor): Promise<CertificateEntry | null> {
      const row = await readCertificate(executor, certificateId);
      return row && entryOf(row);
    },
    async *readAll(): AsyncGenerator<CertificateEntry> {
      let last: CertificateRow | undefined;
      for (;;) {
        const after = last ? { key: last.issued_at.toISOString(), id: last.id } : null;
        const page = { after, limit: BATCH };
        const rows = await listCertificates(db.read, { now: clock.now() }, page);
        for (const row of rows) yield entryOf(row);
        last = rows.at(-1);
        if (rows.length < BATCH) return;
      }
    },
  };
}

import type { Words } from '#kernel/entities.ts';
import { toPage } from '#kernel/page.ts';
import type { Call } from '#kernel/principal.ts';
import { ownProgram, requireApproved } from './approved-program.ts';
import type { ProductView } from './entities.ts';
import { exchangeErrors } from './errors.ts';
import type { Uses } from './module-uses.ts';
import * as store from './store.ts';
import { timeCursor } from './time-cursor.ts';

/**
 * Makes an approved program of the owner's a product. The same program with the same title again
 * gives the same product; throws `exchange.product_exists` with another title.
 */
export async function createProduct(
  input: { ownerId: string; programId: string; title: Words; summary: Words },
  uses: Uses,
  call: Call,
): Promise<ProductView> {
  const { kernel } = uses;
  const { ownerId, programId, title, summary } = input;
  const program = await ownProgram({ programId, ownerId }, uses, call);
  const row = await kernel.db.transaction(async (tx) => {
    await requireApproved(tx, { programId, ownerId }, uses);
    const id = kernel.ids('product');
    const created_at = kernel.clock.now();
    const fresh = { id, program_id: programId, owner_id: ownerId, title, summary, program };
    if (!(await store.insertProduct(tx, { ...fresh, created_at }))) {
      const standing = await store.readProduct(tx, { programId });
      if (!standing) throw new Error('a product vanished while it was made');
      if (standing.title.zh === title.zh && standing.title.en === title.en) return standing;
      throw exchangeErrors.make.product_exists({ productId: standing.id });
    }
    const resource = { type: 'exchange.product', id, owner: ownerId };
    await kernel.access.register(tx, { ...resource, audience: 'public' });
    await kernel.facts.append(tx, {
      kind: 'exchange.product_created',
      subject: id,
      actor: call.principal.id,
      body: { productId: id, programId, providerId: ownerId },
    });
    return { ...fresh, created_at, offers_open: 0 };
  });
  const [view] = await viewsOf([row], uses);
  if (!view) throw new Error('one row gives one view');
  return view;
}

export async function listProducts(
  input: store.ProductFilter & { cursor?: string | undefined; limit: number },
  uses: Uses,
) {
  const page = { after: timeCursor(input.cursor), limit: input.limit + 1 };
  const { rows, total } = await store.listProducts(uses.kernel.db.read, input, page);
  const { items, nextCursor } = toPage(rows, input.limit, (row) => ({
    key: row.created_at.toISOString(),
    id: row.id,
  }));
  return { items: await viewsOf(items, uses), total, nextCursor };
}

async function viewsOf(rows: readonly store.ProductRow[], uses: Uses): Promise<ProductView[]> {
  const names = await uses.partyNames([...new Set(rows.map((row) => row.owner_id))]);
  return rows.map((row) => ({
    productId: row.id,
    providerId: row.owner_id,
    providerName: names.get(row.owner_id) ?? row.owner_id,
    title: row.title,
    summary: row.summary,
    program: row.program,
    offersOpen: row.offers_open,
    createdAt: row.created_at.toISOString(),
  }));
}

/** Names of owners in addresses. An owner's id always is one. */
export type HubParties = {
  /** The address that users see; its scheme is that of addresses in answers. */
  address: string;
  handles(partyIds: readonly string[]): Promise<Map<string, string>>;
  byHandle(handle: string): Promise<string | null>;
};

export const withoutParties: HubParties = {
  address: 'http://localhost',
  handles: async () => new Map(),
  byHandle: async () => null,
};

/** `owner/name` of a repository. */
export async function addressOf(
  parties: HubParties,
  row: { owner_id: string; name: string },
): Promise<string> {
  const handles = await parties.handles([row.owner_id]);
  return `${handles.get(row.owner_id) ?? row.owner_id}/${row.name}`;
}

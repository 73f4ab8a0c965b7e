/** The roles that a visitor on loopback can enter as with one click. */
export const roles = ['owner', 'provider', 'expert', 'district', 'operator', 'auditor'] as const;
export type Role = (typeof roles)[number];

export type SessionView = {
  /** Who is signed in; null for a stranger. */
  account: { id: string; name: string; organisation: string | null; role: Role | null } | null;
  /**
   * Roles open to one click: all of them while the platform listens on loopback only, else none.
   */
  roles: Role[];
};

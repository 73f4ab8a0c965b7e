/** Who asks. Made by the parties module from a session, an API key or a service's identity. */
export type Principal = {
  /** The party's id; `stranger` for nobody. */
  id: string;
  kind: 'person' | 'organisation' | 'service' | 'device' | 'stranger';
  name: string;
  /** The organisations that it acts for, and as what. */
  memberships: readonly { organisation: string; role: 'administrator' | 'member' }[];
  /** Roles on the platform itself. */
  roles: readonly PlatformRole[];
  /** The person for whom a delegate acts. */
  onBehalfOf?: string;
  /** Permissions to which an API key or an unfinished sign-in is limited; all of its own without. */
  scopes?: readonly string[];
};

/** System, security and audit administration are kept by different persons (三员分立). */
export const platformRoles = [
  'operator',
  'system_administrator',
  'security_administrator',
  'audit_administrator',
  'auditor',
  'expert',
] as const;
export type PlatformRole = (typeof platformRoles)[number];

export const stranger: Principal = {
  id: 'stranger',
  kind: 'stranger',
  name: 'stranger',
  memberships: [],
  roles: [],
};

/** The identity under which a module's own services act. */
export function servicePrincipal(module: string): Principal {
  return { id: `service:${module}`, kind: 'service', name: module, memberships: [], roles: [] };
}

/** What goes along with every call of a handler, whatever door it came through. */
export type Call = {
  principal: Principal;
  requestId: string;
  signal: AbortSignal;
  /** The reader's language, for texts that the server writes (mails, papers). */
  language: 'zh' | 'en';
};

/** A call that a service of the platform makes on its own account. */
export function serviceCall(module: string, signal: AbortSignal): Call {
  return { principal: servicePrincipal(module), requestId: module, signal, language: 'zh' };
}

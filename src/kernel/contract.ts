import { oc } from '@orpc/contract';
import * as z from 'zod';
import { categories, type ErrorDeclaration, kernelErrors } from './errors.ts';

/**
 * Contracts: what a module offers, declared once and safe for a browser. HTTP, OpenAPI, the typed client,
 * the command line, the permission table and the reference are loops over them.
 */

/**
 * What a permission asks for, before any grant is looked at.
 *
 * - `open`: anybody, a stranger too; what is shown is published.
 * - `member`: anybody signed in; lists show only what `access.visible` lets through.
 * - `read`: a published resource, or one of an owner whom the principal belongs to.
 * - `write`: the principal belongs to the owner of the resource.
 * - `manage`: the principal administers the owner of the resource.
 * - `grant`: nobody but by a grant.
 * - `operate`, `system`, `secure`, `audit`: a role of the platform (operator; system, security and audit
 *   administrator).
 */
export const permissionKinds = [
  'open',
  'member',
  'read',
  'write',
  'manage',
  'grant',
  'operate',
  'system',
  'secure',
  'audit',
] as const;
export type PermissionKind = (typeof permissionKinds)[number];

export type PermissionDeclaration = {
  kind: PermissionKind;
  /** The type of resource that it is asked about, such as `hub.repository`; null for none. */
  resource: string | null;
  /** One plain English sentence without a subject: 'publish a revision of a repository'. */
  summary: string;
};

export type OperationMeta = {
  permission: string;
  /** The member of the input that holds the resource's id; null when the permission has none. */
  resourceKey: string | null;
};

type OperationDeclaration<Input extends z.ZodType, Output extends z.ZodType> = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below `/api/v1`, with `{name}` for members of the input. */
  path: `/${string}`;
  /** What it does, as a plain English sentence. */
  summary: string;
  permission: string;
  resourceKey?: string;
  /** 201 where something comes into being, 202 where work goes on after the answer. */
  status?: 200 | 201 | 202;
  input: Input;
  output: Output;
  /** Codes of the module's declared errors that it may answer with. */
  errors?: Record<string, ErrorDeclaration>;
};

/** Declares one operation. Errors of the kernel come with each. */
export function operation<Input extends z.ZodType, Output extends z.ZodType>(
  declaration: OperationDeclaration<Input, Output>,
) {
  const meta: OperationMeta = {
    permission: declaration.permission,
    resourceKey: declaration.resourceKey ?? null,
  };
  return oc
    .$meta<OperationMeta>(meta)
    .route({
      method: declaration.method,
      path: `/api/v1${declaration.path}`,
      summary: declaration.summary,
      successStatus: declaration.status ?? 200,
    })
    .errors(errorMap({ ...kernelErrors.declarations, ...declaration.errors }))
    .input(declaration.input)
    .output(declaration.output);
}

function errorMap(declarations: Record<string, ErrorDeclaration>) {
  const data = z.record(z.string(), z.json());
  return Object.fromEntries(
    Object.entries(declarations).map(([code, { category, message }]) => [
      code,
      { status: categories[category].http, message, data },
    ]),
  );
}

export type Operation = ReturnType<typeof operation<z.ZodType, z.ZodType>>;

export type ModuleContract = {
  name: string;
  permissions: Record<string, PermissionDeclaration>;
  /** Schemas of the bodies of the facts that the module announces, by kind. */
  facts: Record<string, z.ZodType>;
  /** Schemas of the data of its background tasks, by name. */
  tasks: Record<string, z.ZodType>;
  errors: Record<string, ErrorDeclaration>;
  operations: Record<string, Operation>;
};

/** Checks the names of a contract against the module's, and returns it with its exact types. */
export function moduleContract<const Contract extends ModuleContract>(
  contract: Contract,
): Contract {
  const own = `${contract.name}.`;
  const named = [contract.permissions, contract.facts, contract.tasks, contract.errors];
  for (const key of named.flatMap((table) => Object.keys(table))) {
    if (!key.startsWith(own)) throw new Error(`${key} stands in the contract of ${contract.name}`);
  }
  for (const [name, { '~orpc': definition }] of Object.entries(contract.operations)) {
    if (!(definition.meta.permission in contract.permissions)) {
      throw new Error(`${own}${name} names the undeclared ${definition.meta.permission}`);
    }
  }
  return contract;
}

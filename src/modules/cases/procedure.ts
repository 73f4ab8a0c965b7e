import * as z from 'zod';
import { words } from '#kernel/entities.ts';
import { platformRoles } from '#kernel/principal.ts';
import { workingDaysMax } from './working-days.ts';

/**
 * A procedure: the steps that a case goes through, who decides each, by when, and what happens when nobody
 * does. Modules declare theirs in code; a case keeps the form in which it was opened.
 */

export const decisions = ['approve', 'return', 'reject'] as const;
export type Decision = (typeof decisions)[number];

/** Working days; seconds stand only in demonstrations, and pages say so. */
const deadline = z.union([
  z.object({ workingDays: z.number().int().min(1).max(workingDaysMax) }),
  z.object({ seconds: z.number().int().min(1).max(86_400) }),
]);
export type Deadline = z.infer<typeof deadline>;

/** Holders of a role on the platform, or one party; `owner` is the owner of the case. */
const decider = z.union([
  z.object({ role: z.enum(platformRoles) }),
  z.object({ party: z.string().min(1).max(80) }),
]);

const stepBase = {
  name: z.string().regex(/^[a-z][a-z_]{0,39}$/),
  title: words(80),
  deciders: z.array(decider).min(1).max(10),
  deadline,
  /** Nobody decides on what the own organisation owns or has an interest in. */
  recuse: z.boolean(),
};

/** Somebody decides, with a reason. */
const decisionStep = z.object({
  ...stepBase,
  kind: z.literal('decision'),
  decisions: z.array(z.enum(decisions)).min(1),
  onExpiry: z.union([z.literal('escalate'), z.enum(decisions)]),
});

/**
 * A public notice: it passes when its clock has run out and every objection has been decided. Its deciders
 * decide the objections; one that is upheld ends the notice with `return`.
 */
const noticeStep = z.object({ ...stepBase, kind: z.literal('notice') });

const procedureSchema = z.object({
  name: z.string().regex(/^[a-z]+\.[a-z][a-z_]*$/),
  title: words(80),
  steps: z
    .array(z.discriminatedUnion('kind', [decisionStep, noticeStep]))
    .min(1)
    .max(20),
});
export type Procedure = z.infer<typeof procedureSchema>;
export type ProcedureStep = Procedure['steps'][number];

/** Checks what modules declare when the platform starts. Throws an Error that names what does not fit. */
export function checkProcedures(procedures: readonly Procedure[]): void {
  const names = new Set<string>();
  for (const procedure of procedures) {
    const parsed = procedureSchema.safeParse(procedure);
    if (!parsed.success) {
      throw new Error(`procedure ${procedure.name}: ${z.prettifyError(parsed.error)}`);
    }
    if (names.has(procedure.name)) throw new Error(`two procedures are named ${procedure.name}`);
    names.add(procedure.name);
    const steps = new Set<string>();
    for (const step of procedure.steps) {
      if (steps.has(step.name)) throw new Error(`${procedure.name} has two steps ${step.name}`);
      steps.add(step.name);
      if (step.kind === 'notice' || step.onExpiry === 'escalate') continue;
      if (step.decisions.includes(step.onExpiry)) continue;
      throw new Error(`${procedure.name}.${step.name} expires with a decision it does not offer`);
    }
  }
}

export type Outcome = 'approved' | 'returned' | 'rejected' | 'withdrawn';

/**
 * Where a decision leads. `approve` goes on to the next step and from the last to the outcome; `return` goes
 * back to the step before and from the first to the owner; `reject` ends the case.
 */
export function nextOf(
  procedure: Procedure,
  stepName: string,
  decision: Decision,
): { step: ProcedureStep } | { outcome: Outcome } {
  if (decision === 'reject') return { outcome: 'rejected' };
  const place = procedure.steps.findIndex((step) => step.name === stepName);
  if (place < 0) throw new Error(`${procedure.name} has no step ${stepName}`);
  const step = procedure.steps[place + (decision === 'approve' ? 1 : -1)];
  if (step) return { step };
  return { outcome: decision === 'approve' ? 'approved' : 'returned' };
}

/** The step of a procedure by its name. */
export function stepOf(procedure: Procedure, stepName: string): ProcedureStep {
  const step = procedure.steps.find((candidate) => candidate.name === stepName);
  if (!step) throw new Error(`${procedure.name} has no step ${stepName}`);
  return step;
}

import * as z from 'zod';
import type { Subscription } from '#kernel/facts-subscribers.ts';
import type { Uses } from './module-uses.ts';
import { ownCall } from './own-call.ts';
import { setStop } from './stops.ts';
import * as store from './store.ts';

const announced = z.object({ deploymentId: z.string(), programId: z.string() });

const UNAPPROVED = '部署时准入已被撤销。 The approval was withdrawn while it was being deployed.';

/** Stops a deployment that was being created while the approval of its program was withdrawn. */
export function deploymentSubscription(uses: Uses): Subscription {
  return {
    name: 'governance.deployments',
    kinds: ['serving.deployment_created'],
    async handle(fact, tx) {
      const { deploymentId, programId } = announced.parse(fact.body);
      if (await store.isApproved(tx, programId)) return;
      const target = { type: 'serving.deployment' as const, id: deploymentId };
      await setStop(tx, { target, reason: UNAPPROVED }, uses, ownCall());
    },
  };
}

import type { Kernel } from '#kernel/module.ts';
import type { Compute } from '#modules/compute';
import type { Hub } from '#modules/hub';
import type { Serving } from '#modules/serving';
import type { AssuranceOptions } from '../config.ts';

/** What measurements work with. */
export type MeasurementUses = {
  options: AssuranceOptions;
  kernel: Kernel;
  hub: Pick<Hub, 'readRevision'> & { handlers: Pick<Hub['handlers'], 'getRepository'> };
  compute: Pick<Compute, 'modelEnvironmentDigest'>;
  serving: {
    handlers: Pick<Serving['handlers'], 'getTrial'>;
    tasks: Pick<Serving['tasks'], 'answer'>;
  };
};

/** The topic under which pages hear of measurements. */
export const TOPIC = 'assurance.measurement';

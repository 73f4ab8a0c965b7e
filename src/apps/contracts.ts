import { assuranceContract } from '#contract/assurance';
import { casesContract } from '#contract/cases';
import { computeContract } from '#contract/compute';
import { discoveryContract } from '#contract/discovery';
import { hubContract } from '#contract/hub';
import { noticesContract } from '#contract/notices';
import { partiesContract } from '#contract/parties';
import { scenariosContract } from '#contract/scenarios';
import { kernelContract } from '#kernel/kernel-contract.ts';

/** Every contract, in the order of the rooms. */
export const contracts = {
  kernel: kernelContract,
  parties: partiesContract,
  notices: noticesContract,
  cases: casesContract,
  hub: hubContract,
  compute: computeContract,
  assurance: assuranceContract,
  scenarios: scenariosContract,
  discovery: discoveryContract,
};

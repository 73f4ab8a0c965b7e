import { assuranceContract } from '#contract/assurance';
import { casesContract } from '#contract/cases';
import { cityContract } from '#contract/city';
import { computeContract } from '#contract/compute';
import { discoveryContract } from '#contract/discovery';
import { exchangeContract } from '#contract/exchange';
import { governanceContract } from '#contract/governance';
import { hubContract } from '#contract/hub';
import { noticesContract } from '#contract/notices';
import { observatoryContract } from '#contract/observatory';
import { partiesContract } from '#contract/parties';
import { scenariosContract } from '#contract/scenarios';
import { servingContract } from '#contract/serving';
import { kernelContract } from '#kernel/kernel-contract.ts';

/** Every contract, in the order of the rooms. */
export const contracts = {
  kernel: kernelContract,
  parties: partiesContract,
  notices: noticesContract,
  cases: casesContract,
  hub: hubContract,
  compute: computeContract,
  serving: servingContract,
  assurance: assuranceContract,
  governance: governanceContract,
  exchange: exchangeContract,
  scenarios: scenariosContract,
  city: cityContract,
  observatory: observatoryContract,
  discovery: discoveryContract,
};

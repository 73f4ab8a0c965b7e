import type { InferContractRouterOutputs } from '@orpc/contract';
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
import { authContract } from './session/auth-contract.ts';

/**
 * The operations of every module that the portal calls, under the name of the module. Browser code
 * imports the type only; vite.config.ts reads the values and gives the browser method and path of
 * each.
 */
export const contracts = {
  kernel: kernelContract.operations,
  parties: partiesContract.operations,
  notices: noticesContract.operations,
  cases: casesContract.operations,
  hub: hubContract.operations,
  compute: computeContract.operations,
  serving: servingContract.operations,
  assurance: assuranceContract.operations,
  governance: governanceContract.operations,
  exchange: exchangeContract.operations,
  scenarios: scenariosContract.operations,
  city: cityContract.operations,
  observatory: observatoryContract.operations,
  discovery: discoveryContract.operations,
  auth: authContract,
};

export type Contracts = typeof contracts;

/** What each operation gives: `Outputs['scenarios']['getCall']`. */
export type Outputs = InferContractRouterOutputs<Contracts>;

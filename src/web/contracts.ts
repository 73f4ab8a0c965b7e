import { shellContract } from './shell-contract.ts';

/**
 * The operations of every module that the portal calls, under the name of the module. Browser code imports
 * the type only; vite.config.ts reads the values and gives the browser method and path of each.
 */
export const contracts = {
  shell: shellContract,
};

export type Contracts = typeof contracts;

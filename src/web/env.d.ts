/// <reference types="vite/client" />

/** Every module's contract without its schemas: method, path and status of each operation. */
declare module 'virtual:contracts' {
  import type { AnyContractRouter } from '@orpc/contract';
  export const contracts: AnyContractRouter;
}

import { type Failure, kernelErrors } from '#kernel/errors.ts';

/** An option or function of the standard that is not here: 501 (18-088, 9.3.2). */
export class NotImplemented extends Error {}

export const notHere = (what: string) => new NotImplemented(`${what} is not implemented here`);

export const unfit = (problem: string): Failure => kernelErrors.make.invalid_input({ problem });

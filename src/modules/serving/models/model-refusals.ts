import { Failure, kernelErrors } from '#kernel/errors.ts';
import type { Log } from '#kernel/log.ts';
import { ModelFailed, ModelRefused, ModelSessionEnded } from '#modules/compute';
import type { ServingOptions } from '../config.ts';
import { servingErrors } from '../errors.ts';

/** What callers are told of a model's process that did not load or answer. */

/** Whether the process ended over what it was asked, and would again. */
export function isItsFault({ end }: ModelSessionEnded): boolean {
  return end.reason === 'time_limit' || end.reason === 'out_of_memory';
}

/** Why a model is not loaded. Throws what is no end of its process. */
export function loadFailure(error: unknown, options: ServingOptions): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof ModelRefused) {
    return servingErrors.make.model_not_loaded({ problem: oneLine(error.message) });
  }
  if (!(error instanceof ModelSessionEnded)) throw error;
  const { reason, detail } = error.end;
  if (reason === 'environment_missing') {
    return servingErrors.make.isolation_missing({ advice: detail });
  }
  if (reason === 'time_limit') {
    const limit = options.SERVING_MODEL_LOAD_SECONDS_MAX;
    return servingErrors.make.model_not_loaded({ problem: `it takes over ${limit} s to load.` });
  }
  if (reason === 'cancelled') return kernelErrors.make.unavailable();
  return servingErrors.make.model_not_loaded({ problem: detail });
}

/** Why a call was not answered. */
export function refusalOf(error: unknown, options: ServingOptions, log: Log): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof ModelRefused) {
    return servingErrors.make.inference_refused({ problem: oneLine(error.message) });
  }
  if (error instanceof ModelFailed) {
    const detail = `It said: ${oneLine(error.message)}`;
    return servingErrors.make.model_failed({ reason: 'program_error', detail });
  }
  if (!(error instanceof ModelSessionEnded)) {
    log.error({ error }, 'a model could not answer');
    return kernelErrors.make.unavailable();
  }
  const { reason, detail } = error.end;
  if (reason === 'cancelled') return kernelErrors.make.unavailable();
  if (reason !== 'time_limit') return servingErrors.make.model_failed({ reason, detail });
  const limit = options.SERVING_MODEL_RUN_SECONDS_MAX;
  return servingErrors.make.model_timeout({ limit });
}

/** The runtime's words, which may quote the model, as one line of plain text. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/\p{C}/gu, '?').slice(0, 500).trim();
}

import { strict as assert } from 'node:assert';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, types } from '@electric-sql/pglite';
import type { PgliteAnswer, PgliteRequest } from './db-pglite.ts';

const port = parentPort;
assert(port, 'db-pglite-worker.ts runs as a worker thread only');

const parsers = {
  [types.INT8]: Number,
  [types.DATE]: (text: string) => text,
};
// PostgreSQL's default of 128 MB of buffers is resident from the start; what is not in them lies in the
// page cache of the system anyway. Saves about 130 MB.
const startParams = [...PGlite.defaultStartParams, '-c', 'shared_buffers=24MB'];
const options = { parsers, startParams };
const { folder } = workerData as { folder: string | null };
const lite = folder === null ? new PGlite(options) : new PGlite(folder, options);

/** Statements without parameters may be several at once (migrations); the last one's rows return. */
async function answer(request: PgliteRequest): Promise<PgliteAnswer> {
  try {
    if (request.values.length > 0) {
      const result = await lite.query(request.text, [...request.values]);
      return { id: request.id, rows: result.rows, affectedRows: result.affectedRows ?? 0 };
    }
    const results = await lite.exec(request.text);
    const last = results.at(-1);
    return { id: request.id, rows: last?.rows ?? [], affectedRows: last?.affectedRows ?? 0 };
  } catch (error) {
    const { message, code, constraint, detail } = error as Record<string, unknown>;
    return {
      id: request.id,
      error: {
        message: String(message),
        code: String(code ?? ''),
        ...(typeof constraint === 'string' ? { constraint } : {}),
        ...(typeof detail === 'string' ? { detail } : {}),
      },
    };
  }
}

port.on('message', (message: PgliteRequest | 'close') => {
  if (message === 'close') {
    lite.close().finally(() => process.exit(0));
    return;
  }
  answer(message).then((reply) => port.postMessage(reply));
});

import { strict as assert } from 'node:assert';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite, types } from '@electric-sql/pglite';
import type { PgliteAnswer, PgliteRequest, PgliteWorkerData } from './db-pglite.ts';
import { makeCluster } from './db-pglite-cluster.ts';

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
const { folder, packed: packedAt } = workerData as PgliteWorkerData;
const opened = open();
// Whoever asks is told what is wrong.
opened.catch(() => {});

async function open(): Promise<PGlite> {
  const isNew = folder === null || !existsSync(join(folder, 'PG_VERSION'));
  const packed = isNew ? await readFile(new URL(packedAt)).catch(() => null) : null;
  if (folder !== null) {
    if (isNew) await makeCluster(folder, packed);
    return PGlite.create(folder, options);
  }
  const cluster = packed ? { loadDataDir: new Blob([packed]) } : {};
  return PGlite.create({ ...options, ...cluster });
}

/** Statements without parameters may be several at once (migrations); the last one's rows return. */
async function answer(request: PgliteRequest): Promise<PgliteAnswer> {
  try {
    const lite = await opened;
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
    opened.then((lite) => lite.close()).finally(() => process.exit(0));
    return;
  }
  answer(message).then((reply) => port.postMessage(reply));
});

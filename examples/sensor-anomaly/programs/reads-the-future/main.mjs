/**
 * Fails on purpose. It looks for the answers instead of the faults: first in a labels file, then
 * over the network. A job has neither, so it gives up at its first row, and the leaderboard shows
 * the reason.
 */
export function create() {
  function readLabels() {
    const files = globalThis.process?.getBuiltinModule?.('node:fs');
    if (files === undefined) throw new Error('no file system');
    return files.readFileSync('labels.csv', 'utf8');
  }

  function fetchLabels() {
    const request = globalThis.fetch;
    if (request === undefined) throw new Error('no network');
    // A promise settles after this row is answered: too late, even where there is a network.
    request('http://127.0.0.1:9/labels.csv').catch(() => undefined);
    throw new Error('no answer in time');
  }

  return {
    observe(row) {
      const reasons = [];
      for (const attempt of [readLabels, fetchLabels]) {
        try {
          const labels = attempt();
          return { flag: Number(labels.split('\n')[row.row].split(',')[2]), score: 1 };
        } catch (error) {
          reasons.push(error.message);
        }
      }
      throw new Error(`the labels cannot be read from this job: ${reasons.join('; ')}`);
    },
  };
}

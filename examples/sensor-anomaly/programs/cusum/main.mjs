const channels = ['humidity', 'temperature'];
const deviationLeast = { humidity: 0.15, temperature: 0.03 };
const levelWeight = 0.05;
const slack = 1;
const learnReadings = 40;
/**
 * The third sum, of lost readings: up by this share of the threshold when one is lost, down by a
 * third of it when not.
 */
const lostShare = 0.3;

/**
 * Two-sided CUSUM (Page 1954) of the distance to a slow level, in deviations: it adds up what
 * exceeds the slack of 1 and alarms above `threshold`, then starts again from the present level. A
 * third sum counts lost readings.
 */
export function create({ threshold = 8 } = {}) {
  const motes = new Map();

  function step(state, name, value) {
    if (state.level === null) state.level = value;
    const distance = value - state.level;
    state.readings += 1;
    state.level += levelWeight * distance;
    state.size += Math.max(levelWeight, 1 / state.readings) * (Math.abs(distance) - state.size);
    const scaled = distance / Math.max(1.25 * state.size, deviationLeast[name]);
    state.above = Math.max(0, state.above + scaled - slack);
    state.below = Math.max(0, state.below - scaled - slack);
    const sum = state.readings > learnReadings ? Math.max(state.above, state.below) : 0;
    if (sum > threshold) {
      state.above = 0;
      state.below = 0;
      state.level = value;
    }
    return sum;
  }

  return {
    observe(row) {
      let mote = motes.get(row.mote_id);
      if (mote === undefined) {
        const sums = channels.map(() => ({
          level: null,
          size: 0,
          above: 0,
          below: 0,
          readings: 0,
        }));
        mote = { sums, lost: 0 };
        motes.set(row.mote_id, mote);
      }
      mote.lost = Math.max(0, mote.lost + (row.humidity === null ? lostShare : -lostShare / 3));
      let score = mote.lost * threshold;
      if (mote.lost > 1) mote.lost = 0;
      for (const [index, name] of channels.entries()) {
        const value = row[name];
        if (value !== null) score = Math.max(score, step(mote.sums[index], name, value));
      }
      return { flag: score > threshold ? 1 : 0, score };
    },
  };
}

const channels = ['humidity', 'temperature'];
/**
 * Least scale in the channel's unit: the recording is rounded to 0.01, so a calm window may have no
 * spread at all.
 */
const scaleLeast = { humidity: 0.06, temperature: 0.012 };
const levelReadings = 9;
const spreadReadings = 90;
const learnReadings = 30;

function median(values) {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

function keep(values, value, most) {
  values.push(value);
  if (values.length > most) values.shift();
}

/**
 * Robust z-score (Iglewicz and Hoaglin 1993) of the distance to the median of the last 9 readings,
 * with the median absolute deviation of the last 90 such distances as its scale. `threshold` is in
 * scales.
 */
export function create({ threshold = 5 } = {}) {
  const motes = new Map();

  function scoreChannel(state, name, value) {
    const distance = state.values.length === 0 ? 0 : value - median(state.values);
    const spread = state.distances.length < learnReadings ? Infinity : median(state.distances);
    keep(state.values, value, levelReadings);
    keep(state.distances, Math.abs(distance), spreadReadings);
    return Math.abs(distance) / Math.max(1.4826 * spread, scaleLeast[name]);
  }

  return {
    observe(row) {
      let state = motes.get(row.mote_id);
      if (state === undefined) {
        state = channels.map((name) => ({ name, values: [], distances: [] }));
        motes.set(row.mote_id, state);
      }
      let score = 0;
      for (const channel of state) {
        const value = row[channel.name];
        if (value !== null) score = Math.max(score, scoreChannel(channel, channel.name, value));
      }
      return { flag: score > threshold ? 1 : 0, score };
    },
  };
}

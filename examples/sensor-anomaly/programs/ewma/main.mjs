const channels = ['humidity', 'temperature'];
const varianceLeast = { humidity: 0.0036, temperature: 0.000144 };
const levelWeight = 0.3;
const varianceWeight = 0.02;
const chartWeight = 0.4;
const learnReadings = 30;
/**
 * A weighted share of lost readings above this is a dropout; one lost reading alone stays below it.
 */
const lostMost = 0.5;
const lostWeight = 0.2;

/**
 * EWMA control chart (Roberts 1959) of the one-step errors of an exponential forecast. The errors
 * are divided by their own slowly weighted deviation, which an alarm does not feed; a third chart
 * follows lost readings. `threshold` is in deviations of the chart.
 */
export function create({ threshold = 5 } = {}) {
  const limit = threshold * Math.sqrt(chartWeight / (2 - chartWeight));
  const motes = new Map();

  function chart(state, name, value) {
    if (state.level === null) state.level = value;
    const error = value - state.level;
    state.level += levelWeight * error;
    state.readings += 1;
    const deviation = Math.sqrt(Math.max(state.variance, varianceLeast[name]));
    state.chart += chartWeight * (error / deviation - state.chart);
    const ratio = Math.abs(state.chart) / limit;
    if (ratio <= 1 || state.readings <= learnReadings) {
      const weight = Math.max(varianceWeight, 1 / state.readings);
      state.variance += weight * (error * error - state.variance);
    }
    return state.readings > learnReadings ? ratio : 0;
  }

  return {
    observe(row) {
      let mote = motes.get(row.mote_id);
      if (mote === undefined) {
        const charts = channels.map(() => ({ level: null, variance: 0, chart: 0, readings: 0 }));
        mote = { charts, lost: 0 };
        motes.set(row.mote_id, mote);
      }
      mote.lost += lostWeight * ((row.humidity === null ? 1 : 0) - mote.lost);
      let ratio = mote.lost / lostMost;
      for (const [index, name] of channels.entries()) {
        const value = row[name];
        if (value !== null) ratio = Math.max(ratio, chart(mote.charts[index], name, value));
      }
      return { flag: ratio > 1 ? 1 : 0, score: ratio * threshold };
    },
  };
}

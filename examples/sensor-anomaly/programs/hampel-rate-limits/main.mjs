const channels = ['humidity', 'temperature'];
/** Largest plausible step between two readings, in %RH and °C. */
const stepMost = { humidity: 0.9, temperature: 0.12 };
const scaleLeast = { humidity: 0.06, temperature: 0.012 };
/**
 * An unchanged value for so many readings is a stuck sensor; the calmest real run of the public
 * span is shorter.
 */
const sameMost = { humidity: 18, temperature: 12 };
const windowReadings = 15;
const gapReadings = 12;
const gapMost = 3;

function median(values) {
  const sorted = Float64Array.from(values).sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}

function keep(values, value, most) {
  values.push(value);
  if (values.length > most) values.shift();
}

function newMote() {
  const channel = () => ({ values: [], last: null, same: 0 });
  return { humidity: channel(), temperature: channel(), gaps: [] };
}

/**
 * Four rules of a station's quality control, each as a ratio to its limit: Hampel's identifier on
 * the last 15 readings (`threshold` in scales), the step to the reading before, the length of an
 * unchanged run, and the readings lost among the last 12.
 */
export function create({ threshold = 10 } = {}) {
  const motes = new Map();

  function judge(channel, name, value) {
    let ratio = 0;
    if (channel.values.length === windowReadings) {
      const middle = median(channel.values);
      const scale = 1.4826 * median(channel.values.map((other) => Math.abs(other - middle)));
      ratio = Math.abs(value - middle) / Math.max(scale, scaleLeast[name]) / threshold;
    }
    if (channel.last !== null) {
      ratio = Math.max(ratio, Math.abs(value - channel.last) / stepMost[name]);
    }
    channel.same = value === channel.last ? channel.same + 1 : 1;
    channel.last = value;
    keep(channel.values, value, windowReadings);
    return Math.max(ratio, channel.same / sameMost[name]);
  }

  return {
    observe(row) {
      let mote = motes.get(row.mote_id);
      if (mote === undefined) {
        mote = newMote();
        motes.set(row.mote_id, mote);
      }
      const lost = row.humidity === null || row.temperature === null;
      keep(mote.gaps, lost ? 1 : 0, gapReadings);
      let ratio = mote.gaps.reduce((sum, gap) => sum + gap, 0) / gapMost;
      for (const name of channels) {
        if (row[name] !== null) ratio = Math.max(ratio, judge(mote[name], name, row[name]));
      }
      return { flag: ratio > 1 ? 1 : 0, score: ratio };
    },
  };
}

const channels = ['humidity', 'temperature'];
/** Moves over 1 reading show spikes and bursts, over 5 and 12 readings drifts. */
const horizons = [1, 5, 12];
const historyReadings = 13;
const weight = 0.005;
const learnReadings = 60;
/** Least usual size of a rest, in the channel's unit: values are rounded to 0.01. */
const sizeLeast = { humidity: 0.04, temperature: 0.009 };
/** Gusts and doors move humidity further, next to its usual moves, than temperature. */
const tail = { humidity: 1.5, temperature: 1 };
const burstReadings = 8;
const burstFactor = 2.2;
const sameMost = 14;
const gapReadings = 12;
const gapMost = 3;

function keep(values, value, most) {
  values.push(value);
  if (values.length > most) values.shift();
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function newTrack() {
  return { values: [], rests: [], same: 0, pairs: horizons.map(() => new Map()) };
}

function moveOver(track, horizon) {
  const now = track.values.at(-1);
  const before = track.values.at(-1 - horizon);
  return now === undefined || before === undefined ? null : now - before;
}

/**
 * What is left of a mote's move once the part that the other mote shares is taken off by running
 * regression, in multiples of its usual size. What is far out does not teach.
 */
function learnPair(pair, move, other, least) {
  const slope = pair.others > 0 ? Math.max(0, Math.min(1.1, pair.product / pair.others)) : 0;
  const power = Math.sqrt(pair.others * pair.owns);
  const correlation = power > 0 ? pair.product / power : 0;
  const rest = Math.abs(move - slope * other);
  const ratio = rest / Math.max(pair.size, least);
  const learning = pair.count < learnReadings;
  pair.count += 1;
  if (learning || ratio < 4) {
    const share = Math.max(weight, 1 / pair.count);
    pair.product += share * (move * other - pair.product);
    pair.others += share * (other * other - pair.others);
    pair.owns += share * (move * move - pair.owns);
    pair.size += share * (rest - pair.size);
    pair.ownSize += share * (Math.abs(move) - pair.ownSize);
  }
  // Where this mote moved no more than it often does, the rest is the other mote's doing.
  const own = (2 * Math.abs(move)) / Math.max(pair.ownSize, least);
  return { correlation, ratio: learning ? 0 : Math.min(own, ratio) };
}

/**
 * Neighbour correlation: each mote's move over 1, 5 and 12 readings, less what the best correlated
 * other mote moved meanwhile. A burst of small rests, a value that stays and a mote that falls
 * silent are flagged, too. `threshold` is in multiples of the usual rest.
 */
export function create({ threshold = 8 } = {}) {
  const motes = new Map();

  function judgeMove(moteId, name, track, index) {
    const move = moveOver(track, horizons[index]);
    let best = { correlation: -2, ratio: 0 };
    for (const [otherId, mote] of motes) {
      const other = otherId === moteId ? null : moveOver(mote[name], horizons[index]);
      if (move === null || other === null) continue;
      let pair = track.pairs[index].get(otherId);
      if (pair === undefined) {
        pair = { product: 0, others: 0, owns: 0, size: 0, ownSize: 0, count: 0 };
        track.pairs[index].set(otherId, pair);
      }
      const learnt = learnPair(pair, move, other, sizeLeast[name]);
      if (learnt.correlation > best.correlation) best = learnt;
    }
    return best.ratio / tail[name];
  }

  function judgeChannel(moteId, name, track, value) {
    track.same = value === track.values.at(-1) ? track.same + 1 : 1;
    keep(track.values, value, historyReadings);
    const ratios = horizons.map((_, index) => judgeMove(moteId, name, track, index));
    keep(track.rests, Math.min(ratios[0], threshold), burstReadings);
    const burst = burstFactor * mean(track.rests);
    return Math.max(...ratios, burst, (threshold * track.same) / (sameMost + 0.5));
  }

  return {
    observe(row) {
      let mote = motes.get(row.mote_id);
      if (mote === undefined) {
        mote = { humidity: newTrack(), temperature: newTrack(), gaps: [] };
        motes.set(row.mote_id, mote);
      }
      keep(mote.gaps, row.humidity === null ? 1 : 0, gapReadings);
      const gaps = mote.gaps.reduce((sum, gap) => sum + gap, 0);
      let score = (threshold * gaps) / (gapMost + 0.5);
      for (const name of channels) {
        const value = row[name];
        if (value === null) continue;
        score = Math.max(score, judgeChannel(row.mote_id, name, mote[name], value));
      }
      return { flag: score > threshold ? 1 : 0, score };
    },
  };
}

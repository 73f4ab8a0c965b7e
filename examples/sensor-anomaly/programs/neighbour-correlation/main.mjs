const channels = ['humidity', 'temperature'];
/** Moves are looked at over so many readings: spikes, bursts and drifts show at different ones. */
const horizons = [1, 6, 18];
const historyReadings = 19;
const weight = 0.01;
const learnReadings = 60;
/** Least usual size of a move, in the channel's unit. */
const sizeLeast = { humidity: 0.06, temperature: 0.012 };
const sameMost = 14;
const gapReadings = 12;
const gapMost = 3;

function newTrack() {
  return {
    values: [],
    same: 0,
    pairs: new Map(),
    own: horizons.map(() => ({ size: 0, count: 0 })),
  };
}

/** Exponentially weighted mean of |move|, plain while it learns; outliers enter at no more than four times the mean. */
function learnSize(estimate, move) {
  const size = Math.abs(move);
  const bounded = estimate.count < learnReadings ? size : Math.min(size, 4 * estimate.size);
  estimate.count += 1;
  estimate.size += Math.max(weight, 1 / estimate.count) * (bounded - estimate.size);
}

/** What is left of a mote's move once the part that its neighbour shares is taken off, by running regression. */
function learnPair(pair, move, other) {
  const slope = pair.otherSquare > 0 ? pair.product / pair.otherSquare : 0;
  const rest = move - Math.max(0, Math.min(1.2, slope)) * other;
  const bound = 4 * pair.rest.size;
  if (pair.rest.count < learnReadings || Math.abs(rest) < bound) {
    pair.product += weight * (move * other - pair.product);
    pair.otherSquare += weight * (other * other - pair.otherSquare);
    pair.ownSquare += weight * (move * move - pair.ownSquare);
  }
  learnSize(pair.rest, rest);
  const power = Math.sqrt(pair.otherSquare * pair.ownSquare);
  return { rest, correlation: power > 0 ? pair.product / power : 0 };
}

function moveOver(track, horizon) {
  const now = track.values.at(-1);
  const before = track.values.at(-1 - horizon);
  return now === undefined || before === undefined ? null : now - before;
}

/**
 * Neighbour correlation: each mote's move over 1, 6 and 18 readings, less what the best correlated other mote moved, in
 * multiples of the usual rest. The mote's own move must be unusual as well, or the neighbour would take the blame for
 * it. A value that stays while it should move and a mote that falls silent are flagged, too. `threshold` is in
 * multiples.
 */
export function create({ threshold = 7 } = {}) {
  const motes = new Map();

  function judgeMove(moteId, name, track, index) {
    const horizon = horizons[index];
    const move = moveOver(track, horizon);
    if (move === null) return 0;
    let best = { correlation: 0, ratio: Infinity };
    for (const [otherId, other] of motes) {
      const otherMove = otherId === moteId ? null : moveOver(other[name], horizon);
      if (otherMove === null) continue;
      const key = `${otherId}/${horizon}`;
      let pair = track.pairs.get(key);
      if (pair === undefined) {
        pair = { product: 0, otherSquare: 0, ownSquare: 0, rest: { size: 0, count: 0 } };
        track.pairs.set(key, pair);
      }
      const usual = Math.max(pair.rest.size, sizeLeast[name]);
      const { rest, correlation } = learnPair(pair, move, otherMove);
      const blame = Math.min(1, Math.abs(move) / Math.max(0.8 * Math.abs(rest), 1e-9));
      if (correlation > best.correlation) {
        best = { correlation, ratio: (blame * Math.abs(rest)) / usual };
      }
    }
    const own = track.own[index];
    const ownRatio = Math.abs(move) / Math.max(own.size, sizeLeast[name]);
    learnSize(own, move);
    return own.count < learnReadings ? 0 : Math.min(best.ratio, 3 * ownRatio);
  }

  function judgeChannel(moteId, name, track, value) {
    track.same = value === track.values.at(-1) ? track.same + 1 : 1;
    track.values.push(value);
    if (track.values.length > historyReadings) track.values.shift();
    let score = (threshold * track.same) / (sameMost + 1);
    for (const index of horizons.keys()) {
      score = Math.max(score, judgeMove(moteId, name, track, index));
    }
    return score;
  }

  return {
    observe(row) {
      let mote = motes.get(row.mote_id);
      if (mote === undefined) {
        mote = { humidity: newTrack(), temperature: newTrack(), gaps: [] };
        motes.set(row.mote_id, mote);
      }
      mote.gaps.push(row.humidity === null ? 1 : 0);
      if (mote.gaps.length > gapReadings) mote.gaps.shift();
      let score = (threshold * mote.gaps.reduce((sum, gap) => sum + gap, 0)) / (gapMost + 0.5);
      for (const name of channels) {
        const value = row[name];
        if (value === null) continue;
        score = Math.max(score, judgeChannel(row.mote_id, name, mote[name], value));
      }
      return { flag: score > threshold ? 1 : 0, score };
    },
  };
}

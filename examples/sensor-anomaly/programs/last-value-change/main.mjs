/**
 * Compares each reading with the one before it on the same mote: a step above `threshold` (in %RH,
 * or a fifth of it in °C) is flagged.
 */
export function create({ threshold = 0.8 } = {}) {
  const last = new Map();
  return {
    observe({ mote_id, humidity, temperature }) {
      if (humidity === null || temperature === null) return { flag: 0, score: 0 };
      const before = last.get(mote_id) ?? { humidity, temperature };
      last.set(mote_id, { humidity, temperature });
      const step = Math.max(
        Math.abs(humidity - before.humidity),
        5 * Math.abs(temperature - before.temperature),
      );
      return { flag: step > threshold ? 1 : 0, score: step / threshold };
    },
  };
}

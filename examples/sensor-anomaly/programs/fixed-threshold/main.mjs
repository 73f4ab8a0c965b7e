/**
 * The rule of a plain data logger: a reading is wrong when it leaves the sensor's usual range, or
 * when it is missing. `threshold` is how far, in %RH, humidity may stand from the middle of its
 * range; temperature may stand a quarter of that, in °C, from the middle of its own.
 */
export function create({ threshold = 20 } = {}) {
  const middle = { humidity: 60, temperature: 28 };
  return {
    observe({ humidity, temperature }) {
      if (humidity === null || temperature === null) return { flag: 1, score: 1 };
      const distance = Math.max(
        Math.abs(humidity - middle.humidity),
        4 * Math.abs(temperature - middle.temperature),
      );
      return { flag: distance > threshold ? 1 : 0, score: distance / threshold };
    },
  };
}

"""Local-level Kalman filter for each mote and channel, with tests on its innovations."""

from collections import deque

# Least standard deviation of an innovation, in %RH and degrees Celsius: values are rounded to 0.01.
DEVIATION_LEAST = {"humidity": 0.06, "temperature": 0.012}
PROCESS_SHARE = 0.5  # variance of the level's own step, as a share of the measurement's
LEARN_READINGS = 60
BURST_READINGS = 8
DRIFT_READINGS = 12
STILL_READINGS = 14
GAP_READINGS = 12
GAP_MOST = 3


class Channel:
    def __init__(self, name):
        self.floor = DEVIATION_LEAST[name] ** 2
        self.level = None
        self.gain_variance = 1.0
        self.variance = self.floor
        self.count = 0
        self.scaled = deque(maxlen=DRIFT_READINGS)
        self.last = None
        self.same = 0

    def observe(self, value):
        """Largest of the tests' ratios to their usual size; 1 is quite ordinary, 5 is rare."""
        self.same = self.same + 1 if value == self.last else 1
        self.last = value
        if self.level is None:
            self.level = value
            return 0.0
        self.gain_variance += PROCESS_SHARE
        gain = self.gain_variance / (self.gain_variance + 1)
        innovation = value - self.level
        self.gain_variance *= 1 - gain
        self.level += gain * innovation
        self.count += 1
        variance = max(self.variance, self.floor)
        scaled = innovation / variance**0.5
        # An outlier may widen the variance only a little, so that a fault does not hide itself.
        bounded = min(innovation * innovation, 9 * variance)
        self.variance += max(0.01, 1 / self.count) * (bounded - self.variance)
        self.scaled.append(scaled)
        if self.count < LEARN_READINGS:
            return 0.0
        burst = list(self.scaled)[-BURST_READINGS:]
        spread = (sum(one * one for one in burst) / len(burst)) ** 0.5
        drift = abs(sum(self.scaled)) / len(self.scaled) ** 0.5
        return max(abs(scaled), 2.2 * spread, drift)


class Detector:
    def __init__(self, threshold):
        self.threshold = threshold
        self.motes = {}

    def observe(self, row):
        mote = self.motes.get(row["mote_id"])
        if mote is None:
            mote = {name: Channel(name) for name in DEVIATION_LEAST}
            mote["gaps"] = deque(maxlen=GAP_READINGS)
            self.motes[row["mote_id"]] = mote
        mote["gaps"].append(row["humidity"] is None)
        score = self.threshold * sum(mote["gaps"]) / (GAP_MOST + 0.5)
        for name in DEVIATION_LEAST:
            if row[name] is None:
                continue
            channel = mote[name]
            score = max(score, channel.observe(row[name]))
            score = max(score, self.threshold * channel.same / (STILL_READINGS + 0.5))
        return {"flag": 1 if score > self.threshold else 0, "score": score}


def create(options):
    """options: threshold, in standard deviations of an innovation."""
    return Detector(options.get("threshold", 7.5))

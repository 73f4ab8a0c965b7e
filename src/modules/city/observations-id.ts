import { strict as assert } from 'node:assert';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const PREFIX = 'observation_';

/** The id of an observation from its place in the store: base 32, so that ids sort as places do. */
export function toObservationId(place: number): string {
  assert(Number.isSafeInteger(place) && place >= 0);
  let text = '';
  for (let rest = place; text.length < 26; rest = Math.floor(rest / 32)) {
    text = ALPHABET.charAt(rest % 32) + text;
  }
  return PREFIX + text;
}

/** Null for what `toObservationId` never made. */
export function placeOf(observationId: string): number | null {
  if (!/^observation_[0-9a-hjkmnp-tv-z]{26}$/.test(observationId)) return null;
  let place = 0;
  for (const letter of observationId.slice(PREFIX.length)) {
    place = place * 32 + ALPHABET.indexOf(letter);
    if (!Number.isSafeInteger(place)) return null;
  }
  return place;
}

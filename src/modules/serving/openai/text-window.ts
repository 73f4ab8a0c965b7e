import { type Chunk, ChunkBroken } from './completion-chunk.ts';

/**
 * Holds chunks back until their text has been judged, some characters at a time. What was judged last goes along with the
 * next, so that a phrase over the border is seen whole.
 */
export function createTextWindow(
  options: { characters: number },
  uses: { passes(text: string): Promise<boolean> },
) {
  let held: Chunk[] = [];
  let fresh = new Map<string, string>();
  let characters = 0;
  const before = new Map<string, string>();

  /** The chunks that may go; null where one may not. */
  const judge = async (): Promise<Chunk[] | null> => {
    const texts = [...fresh].map(([place, text]) => (before.get(place) ?? '') + text);
    if (texts.length > 0 && !(await uses.passes(texts.join('\n')))) return null;
    for (const [place, text] of fresh) {
      before.set(place, ((before.get(place) ?? '') + text).slice(-options.characters));
    }
    if (before.size > PLACES_MAX) throw new ChunkBroken('it has too many parts');
    const passed = held;
    held = [];
    fresh = new Map();
    characters = 0;
    return passed;
  };

  return {
    async push(chunk: Chunk): Promise<Chunk[] | null> {
      held.push(chunk);
      for (const { place, text } of chunk.texts) {
        fresh.set(place, (fresh.get(place) ?? '') + text);
        characters += text.length;
      }
      return characters >= options.characters || held.length >= CHUNKS_MAX ? judge() : [];
    },
    /** The rest, when nothing more comes. */
    flush: judge,
  };
}

const PLACES_MAX = 1_000;
const CHUNKS_MAX = 1_000;

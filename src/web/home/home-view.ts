import type { State } from '#web/ui/state-tag.tsx';
import type { Bilingual } from '#web/words.ts';

/** What the home page shows of the loop that is running. */
export type HomeView = {
  scenario: { id: string; title: Bilingual; ownerName: string } | null;
  steps: HomeStep[];
  numbers: HomeNumber[];
  /** Whether the data behind it are replayed or simulated, not measured in the city. */
  simulated: boolean;
  /** Open scenarios by district (GB/T 2260 code); absent where scenarios name no district. */
  districts?: { code: string; scenarios: number }[];
};

export type HomeStep = {
  /** A step of the loop, such as `call`; its name stands in home/words.ts. */
  key: string;
  state: State;
  at?: string;
  sentence: Bilingual;
  href?: string;
};

export type HomeNumber = {
  key: string;
  value: number;
  unit: Bilingual;
  at: string;
  /** Where it is shown why it is true. */
  href: string;
};

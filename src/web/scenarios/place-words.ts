import { districtNames } from '#web/home/district-names.ts';
import { usePick, useWords } from '#web/i18n.ts';
import type { Filter } from '#web/ui/data-list.tsx';
import type { Bilingual } from '#web/words.ts';
import { sectorNames } from './sectors.ts';
import { words } from './words.ts';

/** What a sector and a district are called, and the filters by them. */
export function usePlaces() {
  const say = useWords(words);
  const pick = usePick();
  const options = (names: Readonly<Record<string, Bilingual>>) =>
    Object.entries(names).map(([value, name]) => ({ value, label: pick(name) }));
  const sectors = options(sectorNames);
  const districts = options(districtNames);
  const filters: readonly Filter[] = [
    { key: 'sector', label: say('sector'), options: sectors, single: true },
    { key: 'district', label: say('district'), options: districts, single: true },
  ];
  return {
    sectorName: (key: string) => pick(sectorNames[key] ?? { zh: key, en: key }),
    districtName: (code: string | null) =>
      code === null ? say('anywhere') : pick(districtNames[code] ?? { zh: code, en: code }),
    sectors,
    districts,
    filters,
  };
}

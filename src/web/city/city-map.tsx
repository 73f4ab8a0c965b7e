import { useMemo } from 'react';
import { formatList } from '#web/format.ts';
import { districtNames } from '#web/home/district-names.ts';
import { useLanguage, usePick, useWords } from '#web/i18n.ts';
import './city.css';
import { drawDistricts, projectionOf } from './map-projection.ts';
import type { CityMap as MapView, Overview } from './views.ts';
import { words } from './words.ts';

const radius = { quiet: 2.5, open: 6 } as const;

/** Districts and things, with what is unresolved: drawn as SVG, read out as a sentence. */
export function CityMap({ map, overview }: { map: MapView; overview: Overview }) {
  const say = useWords(words);
  const pick = usePick();
  const language = useLanguage();
  const { projection, districts } = useMemo(() => {
    const made = projectionOf(map.districts);
    return { projection: made, districts: drawDistricts(map.districts, made) };
  }, [map.districts]);
  const nameOf = (code: string) => pick(districtNames[code] ?? { zh: code, en: code });
  const countOf = (code: string) => overview.districts.find((each) => each.code === code);
  const describe = (code: string) =>
    say('mapDistrict', {
      name: nameOf(code),
      things: countOf(code)?.things ?? 0,
      open: countOf(code)?.openIncidents ?? 0,
    });
  const busy = overview.districts.filter(({ openIncidents }) => openIncidents > 0);
  const { things, openIncidents } = overview.totals;
  const names = formatList(
    busy.map(({ code }) => describe(code)),
    language,
  );
  return (
    <svg
      className="city-map"
      viewBox={`0 0 ${projection.width} ${projection.height}`}
      role="img"
      aria-label={say('mapSays', { things, open: openIncidents, names })}
    >
      {districts.map(({ code, path }) => (
        <path key={code} d={path} data-worst={countOf(code)?.worst ?? undefined}>
          <title>{describe(code)}</title>
        </path>
      ))}
      {districts
        .filter(({ code }) => (countOf(code)?.things ?? 0) > 0)
        .map(({ code, middle }) => (
          <text key={code} x={middle[0]} y={middle[1]}>
            {nameOf(code)}
            {(countOf(code)?.openIncidents ?? 0) > 0 && ` ${countOf(code)?.openIncidents}`}
          </text>
        ))}
      {overview.points
        .toReversed()
        .map(({ thingId, name, longitude, latitude, openIncidents: open, worst }) => {
          const [x, y] = projection.at(longitude, latitude);
          return (
            <g key={thingId} className="city-point" data-worst={worst ?? undefined}>
              {open > 0 && <circle className="city-pulse" cx={x} cy={y} r={radius.open * 2} />}
              <circle cx={x} cy={y} r={open > 0 ? radius.open : radius.quiet}>
                <title>{name}</title>
              </circle>
            </g>
          );
        })}
    </svg>
  );
}

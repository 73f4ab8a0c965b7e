import type { HomeView } from '#contract/scenarios';
import { formatList } from '#web/format.ts';
import { useLanguage, usePick, useWords } from '#web/i18n.ts';
import { Section } from '#web/ui/page-body.tsx';
import { districtNames } from './district-names.ts';
import { type District, districts, field } from './shanghai.ts';
import { words } from './words.ts';

const steps = 5;

/** The 16 districts, darker with more published scenarios. Without any, the outlines alone. */
export function Districts({ counts }: { counts: HomeView['districts'] }) {
  const say = useWords(words);
  const pick = usePick();
  const language = useLanguage();
  const nameOf = ({ code }: District) => pick(districtNames[code] ?? { zh: code, en: code });
  const countOf = ({ code }: District) =>
    counts.find(({ district }) => district === code)?.scenarios ?? 0;
  const most = Math.max(0, ...districts.map(countOf));
  const describe = (district: District) =>
    say('districtOf', { name: nameOf(district), count: countOf(district) });
  const some = districts.filter((district) => countOf(district) > 0);
  return (
    <div className="districts">
      <Section title={say('districts')}>
        <svg viewBox={`0 0 ${field.width} ${field.height}`}>
          <title>{`${say('districtsWhy')} ${formatList(some.map(describe), language)}`}</title>
          {districts.map((district) => (
            <path
              key={district.code}
              d={district.path}
              data-step={most === 0 ? 0 : Math.ceil((countOf(district) / most) * steps)}
            >
              <title>{describe(district)}</title>
            </path>
          ))}
          {some.map((district) => (
            <a
              key={district.code}
              href={`/scenarios?district=${district.code}`}
              aria-label={describe(district)}
            >
              <circle cx={district.at[0]} cy={district.at[1]} r={dotRadius} />
              <text x={district.at[0]} y={district.at[1]} dy={district.at[1] < 60 ? 34 : -18}>
                {nameOf(district)}
              </text>
            </a>
          ))}
        </svg>
        {most > 0 && (
          <p className="districts-scale">
            {say('districtsWhy')}
            <span>
              {say('least')}
              {Array.from({ length: steps + 1 }, (_, step) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the scale never changes its order
                <i key={step} data-step={step} />
              ))}
              {say('most', { count: most })}
            </span>
          </p>
        )}
      </Section>
    </div>
  );
}

const dotRadius = 7;

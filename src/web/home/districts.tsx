import { useLanguage, useWords } from '#web/i18n.ts';
import { Section } from '#web/ui/page-body.tsx';
import type { HomeView } from './home-view.ts';
import { type District, districts, field } from './shanghai.ts';
import { words } from './words.ts';

const steps = 5;

/** The 16 districts, darker with more open scenarios. Without counts, the outlines alone. */
export function Districts({ counts }: { counts: HomeView['districts'] }) {
  const say = useWords(words);
  const language = useLanguage();
  const countOf = ({ code }: District) =>
    counts?.find((entry) => entry.code === code)?.scenarios ?? 0;
  const most = Math.max(0, ...districts.map(countOf));
  const describe = (district: District) =>
    say('districtOf', { name: district[language], count: countOf(district) });
  const some = districts.filter((district) => countOf(district) > 0);
  return (
    <div className="districts">
      <Section title={say('districts')}>
        <svg
          viewBox={`0 0 ${field.width} ${field.height}`}
          role="img"
          aria-label={[say(counts ? 'districtsWhy' : 'districts'), ...some.map(describe)].join(
            '; ',
          )}
        >
          {districts.map((district) => (
            <path
              key={district.code}
              d={district.path}
              data-step={most === 0 ? 0 : Math.ceil((countOf(district) / most) * steps)}
            >
              <title>{counts ? describe(district) : district[language]}</title>
            </path>
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

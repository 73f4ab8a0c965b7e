import { useMemo, useState } from 'react';
import type { Json } from '#verify/json.ts';
import { useWords } from '#web/i18n.ts';
import { Button } from '#web/ui/button.tsx';
import { Section } from '#web/ui/page-body.tsx';
import { PlainText } from '#web/ui/plain-fields.tsx';
import { type Alterable, alter, alterablesOf } from './alterations.ts';
import { checksOf } from './checks.ts';
import type { EvidenceFile } from './page.tsx';
import type { useVerifier } from './use-verifier.ts';
import { words } from './words.ts';

type TamperProps = {
  file: EvidenceFile;
  result: ReturnType<typeof useVerifier>;
  /** The whole file as it is after the changes; null when there are none. */
  onAltered: (text: string | null) => void;
};

/** Places of the file to change, and how many checks noticed. */
export function Tamper({ file, result, onAltered }: TamperProps) {
  const say = useWords(words);
  const evidence = useMemo(() => parse(file.text), [file.text]);
  const places = useMemo(() => (evidence === null ? [] : alterablesOf(evidence)), [evidence]);
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  if (evidence === null) return null;
  const change = (next: Readonly<Record<string, string>>) => {
    setTyped(next);
    const changed = places.filter(({ key, value }) => (next[key] ?? value) !== value);
    const text = changed.reduce<Json>(
      (whole, place) => alter(whole, place, next[place.key] ?? place.value),
      evidence,
    );
    onAltered(changed.length === 0 ? null : JSON.stringify(text, null, 2));
  };
  const touched = places.some(({ key, value }) => (typed[key] ?? value) !== value);
  return (
    <Section
      title={say('tamper')}
      {...(touched
        ? {
            action: (
              <Button kind="quiet" onClick={() => change({})}>
                {say('restore')}
              </Button>
            ),
          }
        : {})}
    >
      <p className="verify-quiet">{say('tamperWhy')}</p>
      <Noticed touched={touched} result={result} />
      <div className="tamper-fields">
        {places.map((place) => (
          <PlaceField
            key={place.key}
            place={place}
            value={typed[place.key] ?? place.value}
            onChange={(value) => change({ ...typed, [place.key]: value })}
          />
        ))}
      </div>
      {touched && (
        <DownloadAltered
          name={file.name}
          text={() =>
            JSON.stringify(
              places.reduce<Json>(
                (whole, place) => alter(whole, place, typed[place.key] ?? place.value),
                evidence,
              ),
              null,
              2,
            )
          }
        />
      )}
    </Section>
  );
}

const better = '0.999';

function PlaceField({
  place,
  value,
  onChange,
}: {
  place: Alterable;
  value: string;
  onChange: (value: string) => void;
}) {
  const say = useWords(words);
  const changed = value !== place.value;
  return (
    <div className="tamper-field" data-changed={changed || undefined}>
      <PlainText
        name={place.key}
        label={say(`field.${place.key}`)}
        value={value}
        onChange={onChange}
        help={changed ? say('original', { value: place.value }) : say(`hint.${place.key}`)}
      />
      {place.key === 'score' && !changed && (
        <Button onClick={() => onChange(better)}>{say('suggestion', { value: better })}</Button>
      )}
    </div>
  );
}

function Noticed({ touched, result }: { touched: boolean; result: TamperProps['result'] }) {
  const say = useWords(words);
  const { outcome, checking } = result;
  if (!touched) return <p className="tamper-noticed">{say('changedNothing')}</p>;
  if (checking || outcome === null) return <p className="tamper-noticed">{say('checking')}</p>;
  if (outcome.state !== 'report') return null;
  const broken = checksOf(outcome.report).filter((check) => check.outcome === 'broken');
  return (
    <p className="tamper-noticed" data-caught={broken.length > 0 || undefined}>
      {say('caught', { count: broken.length })}
    </p>
  );
}

function DownloadAltered({ name, text }: { name: string; text: () => string }) {
  const say = useWords(words);
  const save = () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([text()], { type: 'application/json' }));
    link.download = name.replace(/(\.json)?$/, '-tampered.json');
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <Button icon="download" onClick={save}>
      {say('downloadTampered')}
    </Button>
  );
}

function parse(text: string): Json | null {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return null;
  }
}

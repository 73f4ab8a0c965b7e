import { useQuery } from '@tanstack/react-query';
import { useApi } from '#web/api.ts';
import { useLanguage, useWords } from '#web/i18n.ts';
import { toProblem } from '#web/problem.ts';
import { Icon } from '#web/ui/icon.tsx';
import { useProblemSentence } from '#web/ui/states.tsx';
import { cardProblemIn } from './card-problem.ts';
import { cardWords } from './card-words.ts';
import { formWords } from './form-words.ts';
import type { Upload } from './use-uploads.ts';

const cardPaths = ['README.md', 'readme.md', 'card.md'];
const cardBytesMax = 262_144;

type CardProblem = {
  line: number | null;
  key: string;
  problem: string;
  suggestion?: string | null;
};

export type CardState = {
  /** The path of the card; null where there is none. */
  path: string | null;
  problems: readonly CardProblem[] | null;
  /** What could be better; it is published all the same. */
  warnings: readonly CardProblem[];
  error: unknown;
  /** Whether the revision may be published as far as its card goes. */
  fits: boolean;
};

/** Checks the card among the chosen files by the platform, before anything is published. */
export function useCardProblems(uploads: readonly Upload[]): CardState {
  const api = useApi();
  const card = cardPaths.flatMap((path) => uploads.filter((each) => each.path === path))[0];
  const file = card !== undefined && card.file.size <= cardBytesMax ? card.file : undefined;
  const { data, error } = useQuery({
    queryKey: ['hub', 'card-check', file?.name, file?.size, file?.lastModified],
    enabled: file !== undefined,
    queryFn: async () => {
      const text = file === undefined ? '' : await file.text();
      return api.hub.checkCard.call({ text });
    },
  });
  return {
    path: card?.path ?? null,
    problems: file === undefined ? null : (data?.problems ?? null),
    warnings: data?.warnings ?? [],
    error,
    fits: data === undefined || data.problems.length === 0 || file === undefined,
  };
}

/** What the check found, line by line. */
export function CardCheck({ check }: { check: CardState }) {
  const say = useWords(formWords);
  const sayCard = useWords(cardWords);
  const { path, problems, warnings, error } = check;
  if (path === null) return <p className="hub-kept">{say('cardMissing')}</p>;
  if (error !== null) return <CheckFailed error={error} />;
  if (problems === null) return null;
  if (problems.length > 0) {
    return (
      <div className="card-problems" role="alert">
        <p>
          <Icon name="alert" />
          {say('cardWrong', { count: problems.length })}
        </p>
        <Problems problems={problems} />
      </div>
    );
  }
  if (warnings.length === 0) return <p className="hub-kept">{say('cardGood')}</p>;
  return (
    <div className="card-problems" role="status">
      <p>{sayCard('warnings', { count: warnings.length })}</p>
      <Problems problems={warnings} />
    </div>
  );
}

function Problems({ problems }: { problems: readonly CardProblem[] }) {
  const say = useWords(formWords);
  const sayCard = useWords(cardWords);
  const language = useLanguage();
  return (
    <ul>
      {problems.map(({ line, key, problem, suggestion }) => (
        <li key={`${line} ${key} ${problem}`}>
          <strong>{line === null ? say('wholeCard') : say('line', { line })}</strong>
          {key !== '' && <code>{key}</code>}
          {cardProblemIn(language, problem)}
          {suggestion && ` ${sayCard('meant', { word: suggestion })}`}
        </li>
      ))}
    </ul>
  );
}

function CheckFailed({ error }: { error: unknown }) {
  const sentence = useProblemSentence(toProblem(error));
  return <p className="hub-kept">{sentence}</p>;
}

import { useId } from 'react';
import { useWords } from '#web/i18n.ts';
import { Button } from './button.tsx';
import type { Page } from './data-list.tsx';
import { type ListAddress, limits } from './list-address.ts';
import { words } from './words.ts';

type ListPagesProps = {
  address: ListAddress;
  page: Page<unknown>;
  onLimit: (limit: number) => void;
  onNext: (cursor: string) => void;
  onPrevious: () => void;
};

/** Where one is among the pages, and the way to the next. Nothing where one page holds all. */
export function ListPages({ address, page, onLimit, onNext, onPrevious }: ListPagesProps) {
  const say = useWords(words);
  const id = useId();
  if (page.total <= limits[0]) return null;
  const pages = Math.max(1, Math.ceil(page.total / address.limit));
  const { nextCursor } = page;
  return (
    <div className="list-pages">
      <label className="unseen" htmlFor={id}>
        {say('rows', { count: address.limit })}
      </label>
      <select
        id={id}
        value={address.limit}
        onChange={(event) => onLimit(Number(event.target.value))}
      >
        {limits.map((limit) => (
          <option key={limit} value={limit}>
            {say('rows', { count: limit })}
          </option>
        ))}
      </select>
      <span className="figures">
        {page.totalIsExact === false
          ? say('pageOfMore', { page: address.page })
          : say('page', { page: address.page, pages })}
      </span>
      <Button icon="back" disabled={address.page === 1} onClick={onPrevious}>
        {say('previous')}
      </Button>
      <Button
        icon="next"
        disabled={nextCursor === null}
        onClick={() => nextCursor !== null && onNext(nextCursor)}
      >
        {say('next')}
      </Button>
    </div>
  );
}

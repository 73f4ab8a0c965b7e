import { type ReactNode, useEffect } from 'react';
import { useWords } from '#web/i18n.ts';
import { Popup } from './popup.tsx';
import './page-head.css';
import { To } from './to.tsx';
import { words } from './words.ts';

type PageHeadProps = {
  /** What this is called; the title of the tab too. */
  name: string;
  /** The list or thing it belongs to. */
  parent?: { name: string; href: string };
  /** A StateTag. */
  state?: ReactNode;
  /** One sentence: why it is in that state; on a list, what it holds. */
  why?: ReactNode;
  /** The one main action. */
  main?: ReactNode;
  /** The other actions: children with the class `menu-item`. */
  more?: (close: () => void) => ReactNode;
  /** A note that belongs to everything below, such as that the data are replayed. */
  note?: ReactNode;
};

/** The head of every page: name, state, why, one main action, the rest behind 更多. */
export function PageHead({ name, parent, state, why, main, more, note }: PageHeadProps) {
  const say = useWords(words);
  useEffect(() => {
    document.title = `${name} · 头雁 Touyan`;
  }, [name]);
  return (
    <header className="page-head">
      {parent !== undefined && (
        <p className="page-parent">
          <To href={parent.href}>{parent.name}</To>
          <span aria-hidden="true">/</span>
        </p>
      )}
      <div className="page-head-line">
        <h1 tabIndex={-1}>{name}</h1>
        {state}
        {note}
      </div>
      {why !== undefined && <p className="page-why">{why}</p>}
      {(main !== undefined || more !== undefined) && (
        <div className="page-actions">
          {main}
          {more !== undefined && <Popup label={say('more')}>{more}</Popup>}
        </div>
      )}
    </header>
  );
}

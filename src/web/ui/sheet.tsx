import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useWords } from '#web/i18n.ts';
import { IconButton } from './button.tsx';
import './sheet.css';
import { words } from './words.ts';

type SheetProps = {
  open: boolean;
  onClose: () => void;
  title: string;
  /**
   * `side`: a drawer. `low`: from the bottom. `centre`: a question. On a phone all come from the
   * bottom.
   */
  from?: 'side' | 'low' | 'centre';
  /** The actions at its end. */
  foot?: ReactNode;
  children: ReactNode;
};

/** What lies over the page for a while. The browser's own dialog keeps the focus in it. */
export function Sheet({ open, onClose, title, from = 'side', foot, children }: SheetProps) {
  const say = useWords(words);
  const dialog = useRef<HTMLDialogElement>(null);
  const heading = useId();
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog without our help
    <dialog
      ref={dialog}
      className={`sheet sheet-${from}`}
      aria-labelledby={heading}
      onClose={onClose}
      onClick={(event) => {
        if (event.target === event.currentTarget) onClose();
      }}
    >
      {open && (
        <div className="sheet-frame">
          <header className="sheet-head">
            <h2 id={heading}>{title}</h2>
            <IconButton icon="close" label={say('close')} onClick={onClose} />
          </header>
          <div className="sheet-body">{children}</div>
          {foot !== undefined && <footer className="sheet-foot">{foot}</footer>}
        </div>
      )}
    </dialog>
  );
}

import type { ReactNode } from 'react';
import { useWords } from '#web/i18n.ts';
import { Button } from '#web/ui/button.tsx';
import { Command } from '#web/ui/copy-text.tsx';
import { Sheet } from '#web/ui/sheet.tsx';
import { words } from './words.ts';

/** A secret that the platform keeps as a hash only: shown this once, to be copied. */
export function ShowOnce({
  title,
  secret,
  onClose,
  children,
}: {
  title: string;
  secret: string | null;
  onClose: () => void;
  children?: ReactNode;
}) {
  const say = useWords(words);
  return (
    <Sheet
      open={secret !== null}
      onClose={onClose}
      from="centre"
      title={`${title} · ${say('showOnce')}`}
      foot={
        <Button kind="main" onClick={onClose}>
          {say('closeIt')}
        </Button>
      }
    >
      <p>{say('showOnceWhy')}</p>
      <Command text={secret ?? ''} />
      {children}
    </Sheet>
  );
}

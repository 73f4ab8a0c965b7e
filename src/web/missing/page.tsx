import { useWords } from '#web/i18n.ts';
import { ButtonLink } from '#web/ui/button.tsx';
import { PageHead } from '#web/ui/page-head.tsx';
import { words } from './words.ts';

/** For an address without a page. */
export function MissingPage() {
  const say = useWords(words);
  return (
    <PageHead
      name={say('title')}
      why={say('why')}
      main={
        <>
          <ButtonLink kind="main" href="/">
            {say('home')}
          </ButtonLink>
          <ButtonLink href="/search">{say('search')}</ButtonLink>
        </>
      }
    />
  );
}

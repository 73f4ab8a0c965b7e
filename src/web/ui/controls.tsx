import { ConfigProvider, theme } from 'antd';
import type { ReactNode } from 'react';
import { useWords } from '#web/i18n.ts';
import { antDesignTheme, type Surface } from '#web/theme.ts';
import { words } from './words.ts';

/**
 * Ant Design in our tokens and the reader's words. It stands around what uses Ant Design, not
 * around the portal: the pages that only show things do without its scripts.
 */
export function Controls({
  surface = 'light',
  children,
}: {
  surface?: Surface;
  children: ReactNode;
}) {
  const say = useWords(words);
  return (
    <ConfigProvider
      // A list of choices belongs to its field, also for a screen reader that goes by landmarks.
      getPopupContainer={(trigger) => trigger?.parentElement ?? document.body}
      locale={{ locale: say('locale'), Empty: { description: say('noOptions') } }}
      theme={{
        ...antDesignTheme(surface),
        algorithm: surface === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
      }}
    >
      {children}
    </ConfigProvider>
  );
}

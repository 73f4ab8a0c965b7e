import { ConfigProvider, theme } from 'antd';
import english from 'antd/locale/en_US';
import chinese from 'antd/locale/zh_CN';
import type { ReactNode } from 'react';
import { useLanguage } from '#web/i18n.ts';
import { antDesignTheme, type Surface } from '#web/theme.ts';

/**
 * Ant Design in our tokens and the reader's language. It stands around what uses Ant Design, not around the
 * portal: the pages that only show things do without its scripts.
 */
export function Controls({ surface = 'light', children }: { surface?: Surface; children: ReactNode }) {
  const language = useLanguage();
  return (
    <ConfigProvider
      locale={language === 'zh' ? chinese : english}
      theme={{
        ...antDesignTheme(surface),
        algorithm: surface === 'dark' ? theme.darkAlgorithm : theme.defaultAlgorithm,
      }}
    >
      {children}
    </ConfigProvider>
  );
}

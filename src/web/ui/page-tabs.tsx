import { useRouterState } from '@tanstack/react-router';
import './page-tabs.css';
import { To } from './to.tsx';

export type PageTab = { name: string; href: string; count?: number };

/** The pages of one thing or room, beside each other; the one that is open is marked. */
export function PageTabs({ label, tabs }: { label: string; tabs: readonly PageTab[] }) {
  const path = useRouterState({ select: ({ location }) => location.pathname });
  return (
    <nav className="page-tabs" aria-label={label}>
      <ul>
        {tabs.map(({ name, href, count }) => (
          <li key={href}>
            <To href={href} aria-current={path === href.split('?')[0] ? 'page' : undefined}>
              {name}
              {count !== undefined && <span className="figures page-tabs-count">{count}</span>}
            </To>
          </li>
        ))}
      </ul>
    </nav>
  );
}

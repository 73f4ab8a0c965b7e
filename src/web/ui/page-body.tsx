import type { ReactNode } from 'react';
import './page-body.css';

/**
 * What a thing is, and beside it its time line, deadlines and people. On a narrow screen they
 * follow.
 */
export function PageBody({ side, children }: { side?: ReactNode; children: ReactNode }) {
  return (
    <div className="page-body" data-side={side === undefined ? undefined : true}>
      <div className="page-main">{children}</div>
      {side !== undefined && <aside className="page-side">{side}</aside>}
    </div>
  );
}

/**
 * A titled part of a page on a surface of its own. `action` stands at the end of the title's line.
 */
export function Section({
  title,
  action,
  children,
}: {
  title: string;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section className="section">
      <div className="section-head">
        <h2>{title}</h2>
        {action}
      </div>
      {children}
    </section>
  );
}

/** Names and values, one a line. */
export function Properties({ rows }: { rows: readonly (readonly [string, ReactNode])[] }) {
  return (
    <dl className="properties">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

import { Fragment, type ReactNode, useMemo } from 'react';
import './markdown.css';
import { type Block, type Inline, parseMarkdown } from './markdown-parse.ts';
import { To } from './to.tsx';

/**
 * Text that people wrote. It becomes elements, never HTML, so that nothing in it can run.
 * `level` is the heading under which it stands; its own headings begin one below.
 */
export function Markdown({ source, level = 2 }: { source: string; level?: number }) {
  const blocks = useMemo(() => parseMarkdown(source), [source]);
  return (
    <div className="markdown">{blocks.map((block, place) => toElement(block, place, level))}</div>
  );
}

function toElement(block: Block, key: number, level: number): ReactNode {
  switch (block.kind) {
    case 'heading': {
      const depth = Math.min(level + block.level, 6);
      const Heading = `h${depth}` as const;
      return isHeading(Heading) ? <Heading key={key}>{toText(block.text)}</Heading> : null;
    }
    case 'paragraph':
      return <p key={key}>{toText(block.text)}</p>;
    case 'list': {
      const List = block.ordered ? 'ol' : 'ul';
      return (
        <List key={key}>
          {keyed(block.items).map(([item, id]) => (
            <li key={id}>{toText(item)}</li>
          ))}
        </List>
      );
    }
    case 'quote':
      return (
        <blockquote key={key}>
          {block.blocks.map((inner, place) => toElement(inner, place, level))}
        </blockquote>
      );
    case 'code':
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too
        <pre key={key} tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case 'table':
      return <Table key={key} head={block.head} rows={block.rows} />;
    case 'rule':
      return <hr key={key} />;
  }
}

const headings = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'] as const;
const isHeading = (name: string): name is (typeof headings)[number] =>
  headings.some((heading) => heading === name);

function Table({ head, rows }: { head: Inline[][]; rows: Inline[][][] }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, by keyboard too
    <div className="markdown-table" tabIndex={0}>
      <table>
        <thead>
          <tr>
            {keyed(head).map(([cell, id]) => (
              <th key={id} scope="col">
                {toText(cell)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {keyed(rows).map(([row, id]) => (
            <tr key={id}>
              {keyed(row).map(([cell, cellId]) => (
                <td key={cellId}>{toText(cell)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Parsed text never changes its order, so a place is a good key. */
const keyed = <Item,>(items: readonly Item[]): [Item, number][] =>
  items.map((item, place) => [item, place]);

function toText(parts: readonly Inline[]): ReactNode {
  return keyed(parts).map(([part, key]) => <Fragment key={key}>{toInline(part)}</Fragment>);
}

function toInline(part: Inline): ReactNode {
  switch (part.kind) {
    case 'text':
      return part.text;
    case 'code':
      return <code>{part.text}</code>;
    case 'strong':
      return <strong>{toText(part.text)}</strong>;
    case 'emphasis':
      return <em>{toText(part.text)}</em>;
    case 'link':
      return (
        <To href={part.href} rel="noopener noreferrer nofollow">
          {toText(part.text)}
        </To>
      );
  }
}

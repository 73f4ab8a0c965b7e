import { useRouter } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, MouseEvent } from 'react';

export type ToProps = AnchorHTMLAttributes<HTMLAnchorElement> & { href: string };

/**
 * A link. An address of the portal is opened in place and fetched ahead when the pointer or the
 * focus comes near; an address of the server (`/api/`, `/ledger/`), of another site, or a download,
 * is left to the browser.
 */
export function To({ href, onClick, ...rest }: ToProps) {
  const router = useRouter({ warn: false });
  const inside =
    router !== undefined && /^\/(?![/\\]|api\/|ledger\/)/.test(href) && rest.download === undefined;
  const open = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const plain = !(event.metaKey || event.ctrlKey || event.shiftKey || event.altKey);
    if (event.defaultPrevented || !inside || !plain || event.button !== 0 || rest.target) return;
    event.preventDefault();
    router.history.push(href);
  };
  const ahead = () => {
    const [to] = href.split(/[?#]/);
    if (inside && to) void router.preloadRoute({ to }).catch(() => {});
  };
  return <a href={href} onClick={open} onPointerEnter={ahead} onFocus={ahead} {...rest} />;
}

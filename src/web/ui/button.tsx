import type { ButtonHTMLAttributes, ReactNode } from 'react';
import './button.css';
import { Icon, type IconName } from './icon.tsx';
import { To, type ToProps } from './to.tsx';

/** `main`: the one main action of a page. `danger`: what cannot be undone. `quiet`: no frame. */
export type ButtonKind = 'main' | 'plain' | 'quiet' | 'danger';

type Look = { kind?: ButtonKind; icon?: IconName; children?: ReactNode };

const classOf = (kind: ButtonKind = 'plain', className?: string) =>
  `button button-${kind}${className === undefined ? '' : ` ${className}`}`;

/** While `busy`, it keeps its width and its focus and does nothing. Its words are a verb. */
export function Button({
  kind,
  icon,
  busy = false,
  className,
  children,
  onClick,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & Look & { busy?: boolean }) {
  return (
    <button
      type="button"
      className={classOf(kind, className)}
      aria-busy={busy || undefined}
      aria-disabled={busy || undefined}
      onClick={busy ? undefined : onClick}
      {...rest}
    >
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </button>
  );
}

/** A link that looks like a button. */
export function ButtonLink({ kind, icon, className, children, ...rest }: ToProps & Look) {
  return (
    <To className={classOf(kind, className)} {...rest}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
    </To>
  );
}

/** A button of one icon; `label` is what it is called. */
export function IconButton({
  icon,
  label,
  className,
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { icon: IconName; label: string }) {
  return (
    <button
      type="button"
      className={classOf('quiet', `button-icon${className === undefined ? '' : ` ${className}`}`)}
      aria-label={label}
      title={label}
      {...rest}
    >
      <Icon name={icon} />
    </button>
  );
}

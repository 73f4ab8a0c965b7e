import { type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Button } from './button.tsx';
import type { IconName } from './icon.tsx';
import './popup.css';

type PopupProps = {
  /** What stands on the button. */
  label: ReactNode;
  /** Its name for screen readers, where `label` is not words alone. */
  name?: string;
  icon?: IconName;
  kind?: 'plain' | 'quiet';
  className?: string;
  children: (close: () => void) => ReactNode;
};

/**
 * A button which opens a panel below itself. Escape, a click elsewhere, and leaving it with the
 * keyboard close it; Escape gives the focus back.
 */
export function Popup({ label, name, icon, kind = 'plain', className, children }: PopupProps) {
  const [open, setOpen] = useState(false);
  const frame = useRef<HTMLDivElement>(null);
  const panel = useId();
  useEffect(() => {
    if (!open) return;
    const outside = (event: PointerEvent) => {
      if (event.target instanceof Node && !frame.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only listens
    <div
      className="popup"
      ref={frame}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.stopPropagation();
        setOpen(false);
        frame.current?.querySelector('button')?.focus();
      }}
      onBlur={(event) => {
        if (event.relatedTarget !== null && !event.currentTarget.contains(event.relatedTarget)) {
          setOpen(false);
        }
      }}
    >
      <Button
        kind={kind}
        {...(icon === undefined ? {} : { icon })}
        {...(className === undefined ? {} : { className })}
        aria-expanded={open}
        aria-controls={panel}
        aria-label={name}
        onClick={() => setOpen(!open)}
      >
        {label}
      </Button>
      {/* It can take the focus, so that a click between its items does not count as leaving it. */}
      <div className="popup-panel" id={panel} hidden={!open} tabIndex={-1}>
        {open && children(() => setOpen(false))}
      </div>
    </div>
  );
}

// The head of a page: its name and what can be done there. What the caller may not do is shown, and says why.
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { useSession } from '../session';
import { t } from '../text';

export function PageHead({ title, children }: { title: string; children?: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · ${t.shell.name}`;
  }, [title]);
  // The heading of a page that was loading had the focus, and is gone.
  useLayoutEffect(() => {
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div class="head">
      <h1 tabIndex={-1} ref={heading}>{title}</h1>
      <div class="row push">{children}</div>
    </div>
  );
}

// A button that needs a permission. Without it the button stays reachable, does nothing, and says what is missing.
// While what it began is under way it does nothing either.
export function Act({ needs, onClick, children, kind = '', disabled = false, label }: {
  needs?: string | undefined; onClick: () => void | Promise<void>; children: ComponentChildren; kind?: string; disabled?: boolean;
  label?: string;
}) {
  const { can } = useSession();
  const may = needs === undefined || can(needs);
  const pending = useRef(false);
  const act = async (): Promise<void> => {
    if (!may || pending.current) return;
    pending.current = true;
    try {
      await onClick();
    } finally {
      pending.current = false;
    }
  };
  return (
    <button type="button" class={kind} disabled={disabled} aria-disabled={!may || undefined} aria-label={label}
      title={may ? undefined : t.common.missing(needs ?? '')} onClick={act}>
      {children}
    </button>
  );
}

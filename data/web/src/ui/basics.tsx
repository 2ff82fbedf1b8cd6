// Small things that every screen is made of: risk, times, scopes, ids, what can be copied.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../text';
import { howFar, when } from '../time';
import { say } from './live';

export type Level = 'low' | 'medium' | 'high' | 'admin';

// A word and a colour: the word alone says it.
export function Risk({ level }: { level: Level }) {
  return <span class={`badge ${level}`}>{t.risk[level]}</span>;
}
export function Badge({ kind = '', children }: { kind?: string; children: ComponentChildren }) {
  return <span class={`badge ${kind}`}>{children}</span>;
}

export function Time({ at, far = true }: { at: string | null | undefined; far?: boolean }) {
  if (!at) return <span class="quiet">{t.common.never}</span>;
  return (
    <time dateTime={at}>
      <span class="nowrap">{when(at)}</span>
      {far && <span class="quiet"> · {howFar(at)}</span>}
    </time>
  );
}

export function Scopes({ scopes, most = 12 }: { scopes: string[]; most?: number }) {
  if (scopes.length === 0) return <span class="quiet">{t.common.noScopes}</span>;
  return (
    <span class="chips">
      {scopes.slice(0, most).map((scope) => <span class="chip" key={scope}>{scope}</span>)}
      {scopes.length > most && <span class="quiet">{t.common.andMore(scopes.length - most)}</span>}
    </span>
  );
}

export function Copy({ text, label, children }: { text: string; label: string; children?: ComponentChildren }) {
  const [done, setDone] = useState(false);
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text);
      setDone(true);
      say(t.common.copied);
      setTimeout(() => setDone(false), 2000);
    } catch {
      say(t.common.notCopied, true);
    }
  };
  return (
    <button type="button" class="small" onClick={copy} aria-label={label}>
      {done ? t.common.copied : children ?? t.common.copy}
    </button>
  );
}
// An id is there to be copied, and never what something is called by.
export function Id({ id }: { id: string }) {
  return <span class="row"><code class="small">{id}</code><Copy text={id} label={t.common.copyId} /></span>;
}

// What few need, folded away. It opens once something is in it, and is closed by whoever closes it alone: never around
// the field that is being typed in.
export function Folded({ summary, used, children }: { summary: string; used: boolean; children: ComponentChildren }) {
  const [open, setOpen] = useState(used);
  useEffect(() => {
    if (used) setOpen(true);
  }, [used]);
  return (
    <details open={open} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {children}
    </details>
  );
}

export function Facts({ rows }: { rows: [string, ComponentChildren][] }) {
  return (
    <dl class="facts">
      {rows.map(([name, value]) => [<dt key={`${name}:`}>{name}</dt>, <dd key={name}>{value}</dd>])}
    </dl>
  );
}

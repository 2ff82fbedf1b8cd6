// Routes are in the hash, `#/example/roles/on-call?tab=holders`: the server needs no fallback for them, and what
// people look at is in no access log. The first segment is the tenant's slug, or a page of the platform.
import { useEffect, useState } from 'preact/hooks';

export interface Route {
  segments: string[];
  query: Record<string, string>;
}

export function parse(hash: string): Route {
  const text = hash.replace(/^#?\/?/, '');
  const mark = text.indexOf('?');
  const path = mark < 0 ? text : text.slice(0, mark);
  const query: Record<string, string> = {};
  if (mark >= 0) for (const [name, value] of new URLSearchParams(text.slice(mark + 1))) query[name] = value;
  return { segments: path.split('/').filter(Boolean).map(decode), query };
}
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
export function format({ segments, query }: Route): string {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== '') words.append(name, value);
  const text = words.toString();
  return `#/${segments.map(encodeURIComponent).join('/')}${text ? `?${text}` : ''}`;
}
export function href(segments: string[], query: Record<string, string> = {}): string {
  return format({ segments, query });
}

// A page that holds what was not saved may ask before it is left.
let stay: (() => boolean) | null = null;
export function askBeforeLeaving(question: (() => boolean) | null): void {
  stay = question;
  window.onbeforeunload = question ? (event) => event.preventDefault() : null;
}
export function mayLeave(): boolean {
  return stay === null || stay();
}

export function go(address: string): void {
  if (location.hash !== address) location.hash = address;
}
// Changes the query of the page that is shown, without an entry in the history.
export function amend(query: Record<string, string>): void {
  const route = parse(location.hash);
  history.replaceState(null, '', format({ ...route, query: { ...route.query, ...query } }));
  window.dispatchEvent(new Event('amended'));
}

// Reads again all that the page shows.
export function reloadPage(): void {
  if (mayLeave()) window.dispatchEvent(new Event('reload-page'));
}

export function useRoute(): Route {
  const [route, set] = useState(() => parse(location.hash));
  useEffect(() => {
    let shown = location.hash;
    const take = (): void => {
      if (location.hash !== shown && !mayLeave()) {
        history.replaceState(null, '', shown);
        return;
      }
      shown = location.hash;
      set(parse(shown));
    };
    const amended = (): void => {
      shown = location.hash;
      set(parse(shown));
    };
    window.addEventListener('hashchange', take);
    window.addEventListener('amended', amended);
    return () => {
      window.removeEventListener('hashchange', take);
      window.removeEventListener('amended', amended);
    };
  }, []);
  return route;
}

// Routes are in the hash, `#/example/roles/on-call?tab=holders`: the server needs no fallback for them, and what
// people look at is in no access log. The first segment is the tenant's slug, or a page of the platform.
import { useLayoutEffect, useState } from 'preact/hooks';

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
  const { segments, query: was } = parse(location.hash);
  history.replaceState(null, '', format({ segments, query: { ...was, ...query } }));
  tell();
}

// Reads again all that the page shows.
export function reloadPage(): void {
  if (mayLeave()) window.dispatchEvent(new Event('reload-page'));
}

// What is shown, and who follows it. One listener asks once whether the page may be left, and tells everybody: who
// listened for themselves would miss what changes between their first drawing and the moment they listen.
let shown: string | null = null;
let route: Route = { segments: [], query: {} };
const followers = new Set<(route: Route) => void>();
function tell(): void {
  shown = location.hash;
  route = parse(shown);
  for (const follower of followers) follower(route);
}
function take(): void {
  if (location.hash === shown) return;
  if (mayLeave()) tell();
  else history.replaceState(null, '', shown);
}
// The route that is shown; from the first call on addresses are followed.
export function currentRoute(): Route {
  if (shown === null) {
    tell();
    window.addEventListener('hashchange', take);
  }
  return route;
}
// Calls with the route that is shown now, and with each that follows, until what is returned is called.
export function follow(follower: (route: Route) => void): () => void {
  follower(currentRoute());
  followers.add(follower);
  return () => {
    followers.delete(follower);
  };
}

export function useRoute(): Route {
  const [now, set] = useState(currentRoute);
  useLayoutEffect(() => follow(set), []);
  return now;
}

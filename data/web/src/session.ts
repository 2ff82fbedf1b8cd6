// Who is logged in, in which tenant, and what they may do. The session itself is a cookie that no script can read.
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import { get, send, setTenant, type Answer, type Schemas } from './api';
import { href } from './router';

export type Me = Schemas['Me'];
export interface TenantName {
  id: string;
  slug: string;
  name: string;
}

export function readSession(): Promise<Answer<Me>> {
  return send<Me>('get', '/console/session', { tenant: false });
}
// A key or the code of a link is a bearer; what has a colon is the pair of a client's id and secret.
export function logIn(secret: string): Promise<Answer<Me>> {
  const text = secret.includes(':') ? `Basic ${btoa(secret)}` : `Bearer ${secret}`;
  return send<Me>('post', '/console/session', { headers: { Authorization: text }, tenant: false });
}
export function logOut(): Promise<Answer<null>> {
  return send<null>('delete', '/console/session', { tenant: false });
}

// The code of a first-run link. It is taken out of the address before anything else is done.
export function takeCode(): string | null {
  const found = /^#code=([A-Za-z0-9_-]{20,})$/.exec(location.hash);
  if (!found) return null;
  history.replaceState(null, '', `${location.pathname}#/`);
  return found[1] ?? null;
}

const known = new Map<string, TenantName>();
export function rememberTenants(tenants: TenantName[]): void {
  for (const { id, slug, name } of tenants) known.set(slug, { id, slug, name });
}

// The last five that were entered since the page was loaded, the newest first; none of it is kept.
const entered: TenantName[] = [];
export function enterTenant(tenant: TenantName): void {
  const at = entered.findIndex((one) => one.id === tenant.id);
  if (at >= 0) entered.splice(at, 1);
  entered.unshift(tenant);
  entered.splice(5);
}
export function recentTenants(): TenantName[] {
  return entered.map((one) => known.get(one.slug) ?? one);
}
// Those whose name or short name has the words; without words the last five.
export async function searchTenants(words: string): Promise<TenantName[]> {
  const wanted = words.toLowerCase();
  if (wanted === '') return recentTenants();
  if (!allKnown) allKnown = (await findTenant('')).ok;
  return [...known.values()].filter((one) => one.name.toLowerCase().includes(wanted) || one.slug.includes(wanted)).slice(0, 20);
}
let allKnown = false;

// What was read for whoever was logged in is nothing for who comes next.
const forgotten: (() => void)[] = [];
export function onForget(forget: () => void): void {
  forgotten.push(forget);
}
export function forgetAll(): void {
  known.clear();
  entered.splice(0);
  allKnown = false;
  for (const forget of forgotten) forget();
}

// The tenant of a slug, for whoever may enter several.
export async function findTenant(slug: string): Promise<Answer<TenantName | null>> {
  const have = known.get(slug);
  if (have) return { ok: true, data: have, etag: undefined, revision: undefined };
  let cursor: string | undefined;
  do {
    const page = await get('/v1/tenants', { query: { limit: 250, ...(cursor ? { cursor } : {}) } });
    if (!page.ok) return page;
    rememberTenants(page.data.data);
    const found = known.get(slug);
    if (found) return { ok: true, data: found, etag: undefined, revision: undefined };
    cursor = page.data.next_cursor;
  } while (cursor);
  return { ok: true, data: null, etag: undefined, revision: undefined };
}

export interface Session {
  me: Me;
  tenant: TenantName | null;
  // Whether the caller holds a permission; the server decides, this only says what is shown as possible.
  can: (scope: string) => boolean;
  leave: () => void;
}
export const SessionContext = createContext<Session | null>(null);

export function makeSession(me: Me, tenant: TenantName | null, leave: () => void): Session {
  setTenant(tenant?.id ?? null);
  const held = new Set(me.scopes);
  return { me, tenant, can: (scope) => me.platform || held.has(scope), leave };
}
export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('no session');
  return session;
}
// The address of a page of the tenant that is shown.
export function useHere(): (...segments: string[]) => string {
  const { tenant } = useSession();
  return (...segments) => `#/${[tenant?.slug ?? '', ...segments].map(encodeURIComponent).join('/')}`;
}
// The address of a question: who, the action, on what, as of when.
export function useExplain(): (p: string, a?: string, r?: string, at?: string) => string {
  const { tenant } = useSession();
  return (p, a = '', r = '', at = '') => href([tenant?.slug ?? '', 'explain'], { p, a, r, at });
}

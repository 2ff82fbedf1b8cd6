// What search boxes find: the server looks for names of which a word begins with what was typed.
import { call, get, type Answer, type Schemas } from './api';
import type { EntityName } from './entity';
import type { Option } from './ui/picker';

const kFound = 20;
const asked = (words: string): { limit: number; q?: string } => ({ limit: kFound, ...(words ? { q: words } : {}) });

export async function findPeople(words: string): Promise<Option[]> {
  const answer = await get('/v1/users', { query: asked(words) });
  return answer.ok ? answer.data.data.map((one) => ({ key: one.id, name: one.name, detail: one.email })) : [];
}
export async function findGroups(words: string): Promise<Option[]> {
  const answer = await get('/v1/groups', { query: asked(words) });
  if (!answer.ok) return [];
  return answer.data.data.map((one) => ({ key: one.id, name: one.name, ...(one.description ? { detail: one.description } : {}) }));
}
export async function findRoles(words: string): Promise<Option[]> {
  const answer = await get('/v1/roles', { query: asked(words) });
  return answer.ok ? answer.data.data.map((one) => ({ key: one.slug, name: one.name, detail: one.slug })) : [];
}
// The catalogue is small, and what is typed may stand anywhere in a permission.
export async function findScopes(words: string): Promise<Option[]> {
  const answer = await get('/v1/permissions');
  if (!answer.ok) return [];
  const wanted = words.toLowerCase();
  return answer.data.data.flatMap((group) => group.scopes)
    .filter((one) => `${one.scope} ${one.name}`.toLowerCase().includes(wanted))
    .slice(0, kFound).map((one) => ({ key: one.scope, name: one.scope, detail: one.name }));
}
// Pages of who may do something to a thing, or of the things of a type to which somebody may do something: whichever
// of both has no id.
export function searchFor(tenant: string, subject: { type: string; id?: string }, action: string, resource: { type: string; id?: string }) {
  return async (cursor: string | undefined): Promise<Answer<{ data: EntityName[]; next_cursor?: string }>> => {
    const page = { limit: 100, ...(cursor ? { token: cursor } : {}) };
    const body = { subject, action: { name: action }, resource, page };
    const answer = subject.id === undefined
      ? await call('post', '/{tenant}/access/v1/search/subject', { path: { tenant }, body: { ...body, resource: { id: '', ...resource } } })
      : await call('post', '/{tenant}/access/v1/search/resource', { path: { tenant }, body: { ...body, subject: { id: '', ...subject } } });
    if (!answer.ok) return answer;
    const next = answer.data.page?.next_token;
    return { ...answer, data: { data: answer.data.results, ...(next ? { next_cursor: next } : {}) } };
  };
}
// Anything by its name, or by its id.
export async function findAnything(words: string): Promise<Schemas['NameHit'][]> {
  const answer = await get('/v1/search', { query: { q: words } });
  return answer.ok ? answer.data.data : [];
}

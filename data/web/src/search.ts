// What search boxes find. Lists that the server can't search yet are read page by page, to a bound, and looked
// through here.
import { get, type Answer } from './api';
import type { Option } from './ui/picker';

const kFound = 20;
const kPages = 12;

interface Page<T> {
  data: T[];
  next_cursor?: string;
}
async function look<T>(
  read: (cursor: string | undefined) => Promise<Answer<Page<T>>>, option: (row: T) => Option, words: string,
): Promise<Option[]> {
  const found: Option[] = [];
  const wanted = words.toLowerCase();
  let cursor: string | undefined;
  for (let page = 0; page < kPages; page++) {
    const answer = await read(cursor);
    if (!answer.ok) break;
    for (const row of answer.data.data) {
      const one = option(row);
      if (`${one.name} ${one.detail ?? ''} ${one.key}`.toLowerCase().includes(wanted)) found.push(one);
      if (found.length === kFound) return found;
    }
    cursor = answer.data.next_cursor;
    if (!cursor) break;
  }
  return found;
}
const paged = (cursor: string | undefined): { limit: number; cursor?: string } =>
  ({ limit: 250, ...(cursor ? { cursor } : {}) });

export function findPeople(words: string): Promise<Option[]> {
  return look((cursor) => get('/v1/users', { query: paged(cursor) }),
    (user) => ({ key: user.id, name: user.name, detail: user.email }), words);
}
export function findGroups(words: string): Promise<Option[]> {
  return look((cursor) => get('/v1/groups', { query: paged(cursor) }),
    (group) => ({ key: group.id, name: group.name, ...(group.description ? { detail: group.description } : {}) }), words);
}
export function findRoles(words: string): Promise<Option[]> {
  return look((cursor) => get('/v1/roles', { query: paged(cursor) }),
    (role) => ({ key: role.slug, name: role.name, detail: role.slug }), words);
}
export async function findScopes(words: string): Promise<Option[]> {
  const answer = await get('/v1/permissions');
  if (!answer.ok) return [];
  const wanted = words.toLowerCase();
  return answer.data.data.flatMap((group) => group.scopes)
    .filter((one) => `${one.scope} ${one.name}`.toLowerCase().includes(wanted))
    .slice(0, kFound).map((one) => ({ key: one.scope, name: one.scope, detail: one.name }));
}

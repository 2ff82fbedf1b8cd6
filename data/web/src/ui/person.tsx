// What people, machines and groups are called, of their ids: asked for once each, and kept while the page is.
import { useEffect, useState } from 'preact/hooks';
import { get } from '../api';
import { onForget, useHere, useSession } from '../session';

const kKept = 2000;
export const kUuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const names = new Map<string, Promise<string>>();
onForget(() => names.clear());

type Kind = 'user' | 'group' | 'machine' | 'author';
async function read(kind: Kind, id: string, tenant: string): Promise<string> {
  // Who did something is told by the id alone.
  if (kind === 'author') return await read('user', id, tenant) || await read('machine', id, tenant);
  if (kind === 'user') {
    const answer = await get('/v1/users/{id}', { path: { id } });
    return answer.ok ? answer.data.name : '';
  }
  if (kind === 'group') {
    const answer = await get('/v1/groups/{id}', { path: { id } });
    return answer.ok ? answer.data.name : '';
  }
  const answer = await get('/v1beta1/organizations/{org_id}/serviceusers/{id}', { path: { org_id: tenant, id } });
  return answer.ok ? answer.data.serviceuser.title : '';
}
function nameOf(kind: Kind, id: string, tenant: string): Promise<string> {
  const key = `${kind} ${id}`;
  let found = names.get(key);
  if (!found) {
    found = read(kind, id, tenant);
    if (names.size >= kKept) names.clear();
    names.set(key, found);
  }
  return found;
}
// The name, or until it is known the id.
export function useName(kind: Kind | null, id: string, known = ''): string {
  const { tenant } = useSession();
  const [name, setName] = useState(known);
  useEffect(() => {
    setName(known);
    if (known || !kind) return undefined;
    let current = true;
    void nameOf(kind, id, tenant?.id ?? '').then((text) => {
      if (current) setName(text);
    });
    return () => {
      current = false;
    };
  }, [kind, id, known]);
  return name || id;
}

export function PersonName({ id, type, known }: { id: string; type: string; known?: string | undefined }) {
  const here = useHere();
  const isPerson = type === 'user';
  const name = useName(isPerson ? 'user' : 'machine', id, known);
  return <a href={here(isPerson ? 'people' : 'machines', id)}>{name}</a>;
}
// Whoever a question is about, without a link: by name where the directory knows one, else as `type:id`.
export function SubjectText({ type, id }: { type: string; id: string }) {
  const kind = !kUuid.test(id) ? null : type === 'user' ? 'user' : type === 'service_user' ? 'machine' : null;
  const name = useName(kind, id);
  return <>{name === id ? `${type}:${id}` : name}</>;
}
export function AuthorName({ id }: { id: string }) {
  return <>{useName('author', id)}</>;
}
export function GroupName({ id, known }: { id: string; known?: string }) {
  const here = useHere();
  const name = useName('group', id, known);
  return <a href={here('groups', id)}>{name}</a>;
}

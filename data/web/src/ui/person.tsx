// What people, machines and groups are called, of their ids: asked for once each, and kept while the page is.
import { useEffect, useState } from 'preact/hooks';
import { get } from '../api';
import { useHere } from '../session';

const kKept = 2000;
export const kUuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const names = new Map<string, Promise<string>>();

function nameOf(kind: 'user' | 'group', id: string): Promise<string> {
  const key = `${kind} ${id}`;
  let found = names.get(key);
  if (!found) {
    const answer = kind === 'user' ? get('/v1/users/{id}', { path: { id } }) : get('/v1/groups/{id}', { path: { id } });
    found = answer.then((one) => (one.ok ? one.data.name : ''));
    if (names.size >= kKept) names.clear();
    names.set(key, found);
  }
  return found;
}
function useName(kind: 'user' | 'group' | null, id: string, known = ''): string {
  const [name, setName] = useState(known);
  useEffect(() => {
    if (known || !kind) return undefined;
    let current = true;
    void nameOf(kind, id).then((text) => {
      if (current) setName(text);
    });
    return () => {
      current = false;
    };
  }, [kind, id]);
  return name || id;
}

// Machines have no call that names one, so they are called by their id.
export function PersonName({ id, type, known }: { id: string; type: string; known?: string | undefined }) {
  const here = useHere();
  const isPerson = type === 'user';
  const name = useName(isPerson ? 'user' : null, id, known);
  return <a href={here(isPerson ? 'people' : 'machines', id)}>{name}</a>;
}
// Whoever a question is about, without a link: by name where the directory knows one, else as `type:id`.
export function SubjectText({ type, id }: { type: string; id: string }) {
  const name = useName(type === 'user' && kUuid.test(id) ? 'user' : null, id);
  return <>{name === id ? `${type}:${id}` : name}</>;
}
export function GroupName({ id }: { id: string }) {
  const here = useHere();
  const name = useName('group', id);
  return <a href={here('groups', id)}>{name}</a>;
}

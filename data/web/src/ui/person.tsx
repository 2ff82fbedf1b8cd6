// What people and machines are called, of their ids: asked for once each, a few at a time, and kept while the page is.
import { useEffect, useState } from 'preact/hooks';
import { get } from '../api';
import { useHere } from '../session';

const names = new Map<string, Promise<string>>();

function nameOf(id: string): Promise<string> {
  let found = names.get(id);
  if (!found) {
    found = get('/v1/users/{id}', { path: { id } }).then((answer) => (answer.ok ? answer.data.name : ''));
    if (names.size > 2000) names.clear();
    names.set(id, found);
  }
  return found;
}

export function PersonName({ id, type, known }: { id: string; type: string; known?: string | undefined }) {
  const here = useHere();
  const [name, setName] = useState(known ?? '');
  const isPerson = type === 'user';
  useEffect(() => {
    if (known || !isPerson) return;
    let current = true;
    void nameOf(id).then((text) => {
      if (current) setName(text);
    });
    return () => {
      current = false;
    };
  }, [id]);
  if (!isPerson) return <a href={here('machines', id)}>{name || id}</a>;
  return <a href={here('people', id)}>{name || id}</a>;
}

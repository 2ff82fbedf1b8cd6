// Asks for somebody: people are found by name, anything else is written as type:id.
import { useEffect, useState } from 'preact/hooks';
import { get } from '../api';
import { parseSubject } from '../entity';
import { findPeople } from '../search';
import { t } from '../text';
import { kUuid } from './person';
import { Picker } from './picker';

// What a subject is called: of people who are stored their name, else what was written.
export function useSubjectName(text: string): string {
  const [name, setName] = useState('');
  useEffect(() => {
    setName('');
    const subject = parseSubject(text);
    if (!subject || subject.type !== 'user' || !kUuid.test(subject.id)) return undefined;
    let current = true;
    void get('/v1/users/{id}', { path: { id: subject.id } }).then((answer) => {
      if (current && answer.ok) setName(answer.data.name);
    });
    return () => {
      current = false;
    };
  }, [text]);
  return name || text;
}

export function SubjectPicker({ value, onInput, label = t.explain.who }: {
  value: string; onInput: (text: string) => void; label?: string;
}) {
  const name = useSubjectName(value);
  return (
    <Picker label={label} hint={t.explain.whoHint} search={findPeople} value={name}
      onPick={(one) => onInput(`user:${one.key}`)} onText={onInput} />
  );
}

// The name and the description of something, to be changed.
import { useState } from 'preact/hooks';
import { t } from '../text';
import { Acts, Dialog } from './dialog';
import { Field } from './field';

export function NameDialog({ of, need, onClose, onSave }: {
  of: { name: string; description: string | null };
  need: string;
  onClose: () => void;
  onSave: (name: string, description: string | null) => void;
}) {
  const [name, setName] = useState(of.name);
  const [description, setDescription] = useState(of.description ?? '');
  const submit = (): void => {
    if (name.trim() === '') return;
    onClose();
    onSave(name.trim(), description || null);
  };
  return (
    <Dialog title={t.role.details} onClose={onClose} onSubmit={submit}>
      <Field label={t.common.name} value={name} onInput={setName} required autoFocus maxLength={200}
        wrong={name.trim() === '' ? need : undefined} />
      <Field label={t.common.description} value={description} onInput={setDescription} long />
      <Acts name={t.group.save} />
    </Dialog>
  );
}

// The name and the description of something, to be changed.
import { useState } from 'preact/hooks';
import { t } from '../text';
import { Dialog } from './dialog';
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
      <div class="acts">
        <button type="button" onClick={onClose}>{t.common.cancel}</button>
        <button type="submit" class="primary">{t.group.save}</button>
      </div>
    </Dialog>
  );
}

// Many people into a group, by a pasted list of addresses: who is new, who is in it, and whom nobody knows is shown
// before anything is done.
import { useState } from 'preact/hooks';
import { change, get, type Fault, type Schemas } from '../api';
import { t } from '../text';
import { Badge } from '../ui/basics';
import { Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { Failure } from '../ui/states';
import { toast } from '../ui/toast';

type State = 'new' | 'member' | 'unknown';
interface Line {
  email: string;
  state: State;
  id?: string;
}
const kMost = 1000;

// The addresses of a list or of a table as programs export it, each once, in lower case.
export function addressesOf(text: string): string[] {
  const found = text.toLowerCase().match(/[^\s,;<>"'()]+@[^\s,;<>"'()]+/g) ?? [];
  return [...new Set(found)].slice(0, kMost);
}

export function PasteMembers({ group, onClose, onDone }: {
  group: Schemas['Group']; onClose: () => void; onDone: () => void;
}) {
  const [text, setText] = useState('');
  const [lines, setLines] = useState<Line[] | null>(null);
  const [seen, setSeen] = useState(0);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault | null>(null);

  const look = async (): Promise<void> => {
    const wanted = addressesOf(text);
    if (wanted.length === 0 || busy) return;
    setBusy(true);
    setFault(null);
    const left = new Set(wanted);
    const found = new Map<string, Line>();
    let cursor: string | undefined;
    let looked = 0;
    do {
      const page = await get('/v1/users', { query: { limit: 250, ...(cursor ? { cursor } : {}) } });
      if (!page.ok) {
        setFault(page.fault);
        setBusy(false);
        return;
      }
      for (const user of page.data.data) {
        const email = user.email.toLowerCase();
        if (!left.delete(email)) continue;
        const isMember = user.groups.some((one) => one.id === group.id);
        found.set(email, { email, id: user.id, state: isMember ? 'member' : 'new' });
      }
      looked += page.data.data.length;
      setSeen(looked);
      cursor = page.data.next_cursor;
    } while (cursor && left.size > 0);
    setBusy(false);
    setLines(wanted.map((email) => found.get(email) ?? { email, state: 'unknown' }));
  };
  const fresh = lines?.filter((line) => line.state === 'new') ?? [];
  const add = async (): Promise<void> => {
    setBusy(true);
    let done = 0;
    for (const line of fresh) {
      const answer = await change('post', '/v1/groups/{id}/members', { path: { id: group.id }, body: { user_id: line.id ?? '' } }).make();
      if (!answer.ok && answer.fault.status !== 409) {
        setFault(answer.fault);
        setBusy(false);
        toast(t.group.stopped(done));
        return;
      }
      done++;
    }
    onClose();
    toast(t.group.addedMany(done));
    onDone();
  };
  const words: Record<State, string> = { new: t.group.isNew, member: t.group.isMember, unknown: t.group.isUnknown };
  const kinds: Record<State, string> = { new: 'good', member: '', unknown: 'warn' };
  return (
    <Dialog title={t.group.paste} onClose={onClose} onSubmit={() => void (lines ? add() : look())}>
      {fault && <Failure fault={fault} />}
      {!lines && <Field label={t.group.addresses} value={text} onInput={setText} hint={t.group.pasteHelp} long autoFocus />}
      {busy && !lines && <p role="status">{t.group.looking(seen)}</p>}
      {lines && (
        <>
          <h3>{t.group.preview}</h3>
          <ul class="paths">
            {lines.map((line) => <li class="row" key={line.email}>{line.email} <Badge kind={kinds[line.state]}>{words[line.state]}</Badge></li>)}
          </ul>
        </>
      )}
      <div class="acts">
        <button type="button" onClick={onClose}>{t.common.cancel}</button>
        {lines
          ? <button type="submit" class="primary" disabled={busy || fresh.length === 0}>{t.group.addMany(fresh.length)}</button>
          : <button type="submit" class="primary" disabled={busy || text.trim() === ''}>{t.group.look}</button>}
      </div>
    </Dialog>
  );
}

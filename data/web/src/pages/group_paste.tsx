// Many people into a group, by a pasted list: who is new, who is in it, and whom nobody knows is shown, with what it
// would give them, before it is one change.
import { useState } from 'preact/hooks';
import { change, type Schemas } from '../api';
import { t } from '../text';
import { Badge } from '../ui/basics';
import { Acts, Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { saveText, type Asked } from '../ui/impact';
import { kUuid } from '../ui/person';

type Row = Schemas['AddedMembers']['members'][number];
type Given = Schemas['NewMembers']['members'][number];
const kMost = 1000;
const kShown = 200;
const kKinds: Record<Row['status'], string> = { new: 'good', known: '', unknown: 'warn' };

// The addresses and ids of a list, or of a table as programs export it, each once, in lower case.
export function membersOf(text: string): Given[] {
  const words = new Set(text.toLowerCase().split(/[\s,;<>"'()]+/));
  return [...words].flatMap((word): Given[] => {
    if (/^[^@]+@[^@]+$/.test(word)) return [{ email: word }];
    return kUuid.test(word) ? [{ user_id: word }] : [];
  });
}

function addAll(group: Schemas['Group'], members: Given[], after: () => void): Asked {
  return {
    title: t.group.pasteTitle(group.name),
    change: change('post', '/v1/groups/{id}/members:bulk', { path: { id: group.id }, body: { members, skip_unknown: true } }),
    preview: (would) => {
      const { members: rows, counts } = would as Schemas['AddedMembers'];
      return { view: <Rows rows={rows} counts={counts} />, worth: counts.new > 0 };
    },
    confirm: saveText,
    done: t.group.addedMany,
    entry: { type: 'member', id: group.id },
    after,
  };
}

// Whom nobody knows comes first: that is what there is to see to.
function Rows({ rows, counts }: { rows: Row[]; counts: Schemas['AddedMembers']['counts'] }) {
  const order: Row['status'][] = ['unknown', 'new', 'known'];
  const sorted = [...rows].sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status));
  return (
    <section class="box">
      <p><strong>{t.group.counts(counts.new, counts.known, counts.unknown)}</strong></p>
      <ul class="paths listed" tabIndex={0} aria-label={t.group.preview}>
        {sorted.slice(0, kShown).map((row, index) => (
          <li class="row" key={index}>
            {row.name ?? ''} <span class="quiet">{row.email ?? row.user_id}</span> <Badge kind={kKinds[row.status]}>{t.group.rows[row.status]}</Badge>
          </li>
        ))}
      </ul>
      {rows.length > kShown && <p class="small">{t.common.andMore(rows.length - kShown)}</p>}
    </section>
  );
}

export function PasteMembers({ group, onClose, ask, after }: {
  group: Schemas['Group']; onClose: () => void; ask: (asked: Asked) => void; after: () => void;
}) {
  const [text, setText] = useState('');
  const [tried, setTried] = useState(false);
  const members = membersOf(text);
  const wrong = members.length === 0 ? t.group.pasteNothing : members.length > kMost ? t.group.pasteTooMany(members.length) : undefined;
  const submit = (): void => {
    setTried(true);
    if (wrong) return;
    onClose();
    ask(addAll(group, members, after));
  };
  return (
    <Dialog title={t.group.paste} onClose={onClose} onSubmit={submit}>
      <Field label={t.group.addresses} value={text} onInput={setText} hint={t.group.pasteHelp} wrong={tried ? wrong : undefined} long autoFocus />
      <Acts name={t.group.look} />
    </Dialog>
  );
}

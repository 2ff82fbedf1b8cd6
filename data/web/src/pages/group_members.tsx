// Who is in a group. People and groups are added one at a time with their impact, or many by their addresses.
import { useState } from 'preact/hooks';
import { change, get, type Schemas } from '../api';
import { usePages } from '../load';
import { findGroups, findPeople } from '../search';
import { useHere } from '../session';
import { t } from '../text';
import { when } from '../time';
import { Badge } from '../ui/basics';
import { Acts, Dialog } from '../ui/dialog';
import { saveText, removeText, type Asked } from '../ui/impact';
import { Act } from '../ui/page';
import { Paged, Table } from '../ui/paged';
import { Picker, type Option } from '../ui/picker';
import { Empty } from '../ui/states';
import { PasteMembers } from './group_paste';

type Group = Schemas['Group'];
type Member = Schemas['Member'];

export function GroupMembers({ group, ask }: { group: Group; ask: (asked: Asked) => void }) {
  const here = useHere();
  const [effective, setEffective] = useState(false);
  const [open, setOpen] = useState<'person' | 'group' | 'paste' | null>(null);
  const pages = usePages<Member>((cursor) => get('/v1/groups/{id}/members', {
    path: { id: group.id }, query: { limit: 100, effective, ...(cursor ? { cursor } : {}) },
  }), [group.id, effective]);
  const local = group.source === 'local';
  const add = (member: { user_id: string } | { group_id: string }, name: string): void => ask({
    title: t.group.addTitle(name, group.name),
    change: change('post', '/v1/groups/{id}/members', { path: { id: group.id }, body: member }),
    confirm: saveText,
    done: t.group.added,
    entry: { type: 'group', id: group.id },
    after: pages.reload,
  });
  const remove = (member: Member): void => ask({
    title: t.group.removeTitle(member.name),
    change: change('delete', '/v1/groups/{id}/members/{user_id}', { path: { id: group.id, user_id: member.id } }),
    confirm: removeText,
    done: t.group.removed,
    danger: true,
    entry: { type: 'group', id: group.id },
    after: pages.reload,
  });
  return (
    <>
      <div class="row">
        <Act needs="group:update" kind="primary" disabled={!local} onClick={() => setOpen('person')}>{t.group.add}</Act>
        <Act needs="group:update" disabled={!local} onClick={() => setOpen('paste')}>{t.group.paste}</Act>
        <Act needs="group:update" disabled={!local} onClick={() => setOpen('group')}>{t.group.addGroup}</Act>
        <label class="push"><input type="checkbox" checked={effective} onChange={() => setEffective(!effective)} /> {t.group.effective}</label>
      </div>
      <p />
      <Paged of={pages} empty={<Empty text={t.group.noMembers} />}>
        <Table label={t.group.members} heads={[t.common.name, t.people.email, t.group.joined, t.common.actions]}>
          {pages.rows.map((member) => (
            <tr key={member.type + member.id}>
              <th scope="row">
                <a href={here(member.type === 'user' ? 'people' : 'groups', member.id)}>{member.name}</a>{' '}
                {member.type === 'group' && <Badge>{t.group.kindGroup}</Badge>}
                {member.active === false && <Badge kind="warn">{t.group.suspended}</Badge>}
              </th>
              <td>{member.email}</td>
              <td class="nowrap">{when(member.joined_at)}</td>
              <td>
                {member.direct && (
                  <Act needs="group:update" disabled={!local} onClick={() => remove(member)}
                    label={`${t.common.remove} ${member.name}`}>{t.common.remove}</Act>
                )}
              </td>
            </tr>
          ))}
        </Table>
      </Paged>
      {open === 'person' && (
        <PickMember label={t.role.person} title={t.group.add} search={findPeople} onClose={() => setOpen(null)}
          onPick={(one) => add({ user_id: one.key }, one.name)} />
      )}
      {open === 'group' && (
        <PickMember label={t.role.group} title={t.group.addGroup} search={findGroups} onClose={() => setOpen(null)}
          onPick={(one) => add({ group_id: one.key }, one.name)} />
      )}
      {open === 'paste' && (
        <PasteMembers group={group} onClose={() => setOpen(null)} ask={ask} after={pages.reload} />
      )}
    </>
  );
}

// Asks for one person or group.
export function PickMember({ label, title, search, onPick, onClose }: {
  label: string; title: string; search: (words: string) => Promise<Option[]>;
  onPick: (one: Option) => void; onClose: () => void;
}) {
  const [chosen, setChosen] = useState<Option | null>(null);
  const submit = (): void => {
    if (!chosen) return;
    onClose();
    onPick(chosen);
  };
  return (
    <Dialog title={title} onClose={onClose} onSubmit={submit}>
      <Picker label={label} search={search} value={chosen?.name ?? ''} onPick={setChosen} onText={() => setChosen(null)} />
      <Acts name={t.group.save} disabled={!chosen} />
    </Dialog>
  );
}

// The roles that a group has, until when, and who said so.
import { useState } from 'preact/hooks';
import { change, get, type Schemas } from '../api';
import { usePages } from '../load';
import { useHere } from '../session';
import { t } from '../text';
import { Time } from '../ui/basics';
import { removeText, type Asked } from '../ui/impact';
import { Act } from '../ui/page';
import { Paged, Table } from '../ui/paged';
import { resourceText } from '../ui/paths';
import { Empty } from '../ui/states';
import { GiveRoleTo } from './give';

type Group = Schemas['Group'];
type Mapping = Schemas['RoleMapping'];

export function GroupRoles({ group, ask }: { group: Group; ask: (asked: Asked) => void }) {
  const here = useHere();
  const [giving, setGiving] = useState(false);
  const pages = usePages<Mapping>((cursor) => get('/v1/groups/{id}/roles', {
    path: { id: group.id }, query: { limit: 100, ...(cursor ? { cursor } : {}) },
  }), [group.id]);
  const take = (mapping: Mapping): void => {
    const resource = resourceText(mapping.resource);
    ask({
      title: t.group.takeTitle(mapping.role),
      change: change('delete', '/v1/groups/{id}/roles/{role}', {
        path: { id: group.id, role: mapping.role }, ...(resource ? { query: { resource } } : {}),
      }),
      confirm: removeText,
      done: t.group.taken,
      danger: true,
      entry: { type: 'group', id: group.id },
      after: pages.reload,
    });
  };
  const give = <Act needs="organization:policymanage" kind="primary" onClick={() => setGiving(true)}>{t.group.giveRole}</Act>;
  return (
    <>
      <Paged of={pages} empty={<Empty text={t.group.noRoles}>{give}</Empty>}>
        <p class="row">{give}</p>
        <Table label={t.group.roles} heads={[t.group.role, t.person.on, t.group.from, t.expiry.label, t.common.reason, t.common.actions]}>
          {pages.rows.map((mapping) => (
            <tr key={mapping.role + resourceText(mapping.resource)}>
              <th scope="row"><a href={here('roles', mapping.role)}>{mapping.role}</a></th>
              <td>{resourceText(mapping.resource) || t.person.everywhere}</td>
              <td><Time at={mapping.valid_from ?? mapping.created_at} /></td>
              <td><Time at={mapping.expires_at} /></td>
              <td>{mapping.reason}</td>
              <td>
                <Act needs="organization:policymanage" onClick={() => take(mapping)}
                  label={`${t.common.remove} ${mapping.role}`}>{t.common.remove}</Act>
              </td>
            </tr>
          ))}
        </Table>
      </Paged>
      {giving && (
        <GiveRoleTo to={{ type: 'group', id: group.id, name: group.name }} onClose={() => setGiving(false)} ask={ask} after={pages.reload} />
      )}
    </>
  );
}

// Everybody who holds a role, directly or through groups, each with every path to it.
import { useState } from 'preact/hooks';
import { get, type Schemas } from '../api';
import { usePages } from '../load';
import { findGroups } from '../search';
import { useExplain, useHere, useSession } from '../session';
import { t } from '../text';
import { AsCall } from '../ui/as_call';
import { AsOf } from '../ui/as_of';
import { Badge } from '../ui/basics';
import type { Asked } from '../ui/impact';
import { Act } from '../ui/page';
import { Paged, Table } from '../ui/paged';
import { PathGraph, PathList } from '../ui/paths';
import { Picker, type Option } from '../ui/picker';
import { Empty } from '../ui/states';
import { giveRole, TermsDialog } from './give';

type Role = Schemas['Role'];
type Holder = Schemas['Holder'];

export function RoleHolders({ role, ask }: { role: Role; ask: (asked: Asked) => void }) {
  const [giving, setGiving] = useState(false);
  const [at, setAt] = useState<string | null>(null);
  const { can } = useSession();
  const pages = usePages<Holder>((cursor) => get('/v1/roles/{slug}/holders', {
    path: { slug: role.slug }, query: { limit: 50, ...(at ? { at } : {}), ...(cursor ? { cursor } : {}) },
  }), [role.slug, at]);
  const give = <Act needs="organization:policymanage" kind="primary" onClick={() => setGiving(true)}>{t.role.giveToGroup}</Act>;
  return (
    <>
      {pages.rows.length > 0 && <div class="row">{give}</div>}
      {can('organization:auditview') && <AsOf at={at} onInput={setAt} />}
      <Paged of={pages} empty={<Empty text={t.role.noHolders}>{give}</Empty>}><HolderTable holders={pages.rows} role={role.name} /></Paged>
      <AsCall path="/v1/roles/{slug}/holders" values={{ slug: role.slug }} query={{ at }} />
      {giving && <GiveToGroup role={role} onClose={() => setGiving(false)} ask={ask} reload={pages.reload} />}
    </>
  );
}

// With `take`, of a permission: paths say by which role, and what was given directly can be taken away.
export function HolderTable({ holders, role, take }: {
  holders: Holder[]; role: string; take?: (path: Schemas['AccessPath'], holder: Holder) => void;
}) {
  const here = useHere();
  const explain = useExplain();
  if (holders.length === 0) return null;
  return (
    <Table label={t.role.holders} heads={[t.role.who, t.role.paths]}>
      {holders.map((holder) => (
        <tr key={holder.id}>
          <th scope="row">
            <a href={here(holder.type === 'user' ? 'people' : 'machines', holder.id)}>{holder.name}</a>
            {holder.email && <div class="quiet small">{holder.email}</div>}
            {holder.type === 'user' && <a class="small" href={explain(`user:${holder.id}`)}>{t.role.explain}</a>}
            {holder.ends_soon && <Badge kind="warn">{t.paths.endsSoon}</Badge>}
          </th>
          <td>
            <PathList paths={holder.paths} more={holder.more_paths} {...(take ? { take: (path) => take(path, holder), withRole: true } : {})} />
            {holder.paths.length > 1 && (
              <details>
                <summary>{t.role.graph(holder.name)}</summary>
                <PathGraph who={holder.name} role={role} paths={holder.paths} />
              </details>
            )}
          </td>
        </tr>
      ))}
    </Table>
  );
}

function GiveToGroup({ role, onClose, ask, reload }: {
  role: Role; onClose: () => void; ask: (asked: Asked) => void; reload: () => void;
}) {
  const [group, setGroup] = useState<Option | null>(null);
  return (
    <TermsDialog title={t.role.giveToGroup} ready={group !== null} onClose={onClose} submit={(terms) => {
      if (group) ask(giveRole({ key: role.slug, name: role.name }, { type: 'group', id: group.key, name: group.name }, terms, reload));
    }}>
      <Picker label={t.role.group} search={findGroups} value={group?.name ?? ''} onPick={setGroup} onText={() => setGroup(null)} />
    </TermsDialog>
  );
}

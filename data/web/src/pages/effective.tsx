// What somebody holds now, with every path to it: by role, or by permission. Direct and inherited stand in one list.
import { useState } from 'preact/hooks';
import { get, type Schemas } from '../api';
import { usePages } from '../load';
import { useHere, useSession } from '../session';
import { t } from '../text';
import { AsCall } from '../ui/as_call';
import { AsOf } from '../ui/as_of';
import { Badge, Risk, Scopes } from '../ui/basics';
import type { Asked } from '../ui/impact';
import { Paged, Table } from '../ui/paged';
import { PathList, resourceText } from '../ui/paths';
import { Empty } from '../ui/states';
import { takePath } from './mapping_changes';

export type EffectiveKind = keyof typeof kTypes;
const kTypes = { users: 'user', groups: 'group', 'service-users': 'service_user' } as const;
type ByRole = Schemas['EffectiveRole'];
type ByScope = Schemas['EffectiveScope'];
type Row = ByRole | ByScope;

// With `ask`, what was given directly can be taken away.
export function EffectiveAccess({ kind, id, nothing, ask }: {
  kind: EffectiveKind; id: string; nothing: string; ask?: (asked: Asked) => void;
}) {
  const [by, setBy] = useState<'role' | 'scope'>('role');
  const [at, setAt] = useState<string | null>(null);
  const { can } = useSession();
  const [state, setState] = useState({ active: true, hidden: 0 });
  const pages = usePages<Row>(async (cursor) => {
    const answer = await get(`/v1/${kind}/{id}/effective`, { path: { id }, query: { by, limit: 100, ...(at ? { at } : {}), ...(cursor ? { cursor } : {}) } });
    if (answer.ok) setState({ active: answer.data.active, hidden: answer.data.hidden });
    return answer;
  }, [kind, id, by, at]);
  return (
    <>
      <p class="presets" role="group" aria-label={t.person.view}>
        <button type="button" aria-pressed={by === 'role'} onClick={() => setBy('role')}>{t.person.byRole}</button>
        <button type="button" aria-pressed={by === 'scope'} onClick={() => setBy('scope')}>{t.person.byScope}</button>
      </p>
      {can('organization:auditview') && <AsOf at={at} onInput={setAt} />}
      {pages.complete && !state.active && <Empty text={t.person.inactive} />}
      <Paged of={pages} empty={state.active && <Empty text={nothing} />}>
        <AccessTable rows={pages.rows} {...(ask && !at ? { take: (path) => ask(takePath({ type: kTypes[kind], id }, path, pages.reload)) } : {})} />
      </Paged>
      {state.hidden > 0 && <p class="quiet">{t.role.hiddenPaths(state.hidden)}</p>}
      <AsCall path={`/v1/${kind}/{id}/effective`} values={{ id }} query={{ by, at }} />
    </>
  );
}

function AccessTable({ rows, take }: { rows: Row[]; take?: (path: Schemas['AccessPath']) => void }) {
  const here = useHere();
  return (
    <Table label={t.person.access} heads={[rows.some((row) => 'role' in row) ? t.person.role : t.role.permission, t.person.paths]}>
      {rows.map((row) => {
        const isRole = 'role' in row;
        const on = isRole ? resourceText(row.resource) : '';
        return (
          <tr key={isRole ? `${row.role} ${on}` : row.scope}>
            <th scope="row">
              {isRole ? <a href={here('roles', row.role)}>{row.name}</a> : <span class="row"><code>{row.scope}</code><Risk level={row.risk} /></span>}
              {isRole && <div class="small quiet">{on ? <>{t.paths.on} <code>{on}</code></> : t.person.everywhere}</div>}
              {row.ends_soon && <Badge kind="warn">{t.paths.endsSoon}</Badge>}
            </th>
            <td>
              <PathList paths={row.paths} more={row.more_paths} withRole={!isRole} {...(take ? { take } : {})} />
              {row.held_twice && <p class="small quiet">{t.paths.heldTwice}</p>}
              {isRole && <Scopes scopes={row.scopes} />}
            </td>
          </tr>
        );
      })}
    </Table>
  );
}

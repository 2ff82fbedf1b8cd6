// The last changes as the store counts them, newest first, each of which can be taken back whole where nothing later
// rests on it. What undoing would do is shown before it is done.
import { useEffect, useState } from 'preact/hooks';
import { get, type Fault, type Schemas } from '../api';
import { useHere } from '../session';
import { t } from '../text';
import { count, when } from '../time';
import { AsCall } from '../ui/as_call';
import { ask, undoOf } from '../ui/impact';
import { Act } from '../ui/page';
import { Table } from '../ui/paged';
import { GroupName, PersonName } from '../ui/person';
import { Empty, Failure, Skeleton } from '../ui/states';

type Change = Schemas['Change'];
type Changed = Schemas['ChangedObject'];
// How many revisions back are looked at: of other tenants too, whose changes aren't told.
const kBack = 2000;

async function lastChanges(): Promise<{ changes: Change[]; fault?: Fault }> {
  const now = await get('/v1/changes', { query: { limit: 1 } });
  if (!now.ok) return { changes: [], fault: now.fault };
  const changes: Change[] = [];
  let after = Math.max(0, now.data.revision - kBack);
  for (;;) {
    const page = await get('/v1/changes', { query: { after, limit: 250 } });
    if (!page.ok) return { changes: changes.reverse(), fault: page.fault };
    changes.push(...page.data.data);
    after = page.data.revision;
    if (!page.data.has_more) return { changes: changes.reverse() };
  }
}

export function Revisions() {
  const [state, setState] = useState<{ changes: Change[]; fault?: Fault } | null>(null);
  const load = (): void => {
    setState(null);
    void lastChanges().then(setState);
  };
  useEffect(load, []);
  if (!state) return <Skeleton />;
  return (
    <>
      <p class="quiet">{t.revisions.intro}</p>
      {state.fault && <Failure fault={state.fault} retry={load} />}
      {!state.fault && state.changes.length === 0 && <Empty text={t.revisions.empty} />}
      {state.changes.length > 0 && <RevisionTable changes={state.changes} />}
      <AsCall path="/v1/changes" query={{ after: 0 }} />
    </>
  );
}

function RevisionTable({ changes }: { changes: Change[] }) {
  return (
    <Table label={t.revisions.title} heads={[
      { num: t.health.revision }, t.activity.when, t.activity.who, t.activity.what,
      t.common.actions,
    ]}>
      {changes.map((one) => (
        <tr key={one.revision}>
          <th scope="row" class="num">{count(one.revision)}</th>
          <td class="nowrap">{when(one.created_at)}</td>
          <td>{one.actor_name ?? one.actor_id ?? ''}</td>
          <td>
            <ul class="paths">
              {one.changes.slice(0, 6).map((object) => <li key={object.resource_type + object.resource_id}><Object of={object} /></li>)}
              {one.changes.length > 6 && <li class="quiet">{t.common.andMore(one.changes.length - 6)}</li>}
            </ul>
          </td>
          <td>
            <Act needs="organization:get" label={t.revisions.undo(one.revision)}
              onClick={() => ask(undoOf(one.revision, t.revisions.called(one.revision)))}>{t.impact.undo}</Act>
          </td>
        </tr>
      ))}
    </Table>
  );
}

function Object({ of }: { of: Changed }) {
  const here = useHere();
  const gone = of.change === 'deleted';
  const { resource_type: type, resource_id: id } = of;
  return (
    <span class="row">
      <span>{t.revisions.did[of.change]}</span>
      <span class="quiet">{type}</span>
      {gone && <code class="small">{id}</code>}
      {!gone && type === 'role' && <a href={here('roles', id)}>{id}</a>}
      {!gone && type === 'group' && <GroupName id={id} />}
      {!gone && (type === 'user' || type === 'service_user') && <PersonName id={id} type={type} />}
      {!gone && type === 'policy' && <a href={here('policies', id)}>{id}</a>}
      {!gone && !['role', 'group', 'user', 'service_user', 'policy'].includes(type) && <code class="small">{id}</code>}
    </span>
  );
}

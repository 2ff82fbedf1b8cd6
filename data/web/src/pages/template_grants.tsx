// What rules' templates are granted, to whom and on what: given by policies, and not by a role.
import { useState } from 'preact/hooks';
import { change, get, type Schemas } from '../api';
import { parseEntity } from '../entity';
import { usePages } from '../load';
import { useHere } from '../session';
import { t } from '../text';
import { AsCall } from '../ui/as_call';
import { Time } from '../ui/basics';
import { ImpactSheet, removeText, type Asked } from '../ui/impact';
import { Act } from '../ui/page';
import { Paged, Table } from '../ui/paged';
import { resourceText } from '../ui/paths';
import { GroupName, PersonName } from '../ui/person';
import { Empty } from '../ui/states';

type Grant = Schemas['Grant'];

export function TemplateGrants({ filter }: { filter: { principal?: string; resource?: string } }) {
  const here = useHere();
  const [asked, setAsked] = useState<Asked | null>(null);
  const pages = usePages<Grant>(async (cursor) => {
    const answer = await get('/v1/grants', { query: { limit: 100, ...filter, ...(cursor ? { cursor } : {}) } });
    if (!answer.ok) return answer;
    // Those of roles come behind them, and are the mappings.
    const data = answer.data.data.filter((one) => one.template !== null);
    const goes = answer.data.next_cursor !== undefined && data.length === answer.data.data.length;
    return { ...answer, data: { data, ...(goes && answer.data.next_cursor ? { next_cursor: answer.data.next_cursor } : {}) } };
  }, [filter]);
  const take = (one: Grant): void => setAsked({
    title: t.mappings.takeGrant,
    change: change('delete', '/v1/grants/{id}', { path: { id: one.id } }),
    confirm: removeText,
    done: t.mappings.grantTaken,
    danger: true,
    entry: { type: 'grant', id: one.id },
    after: pages.reload,
  });
  return (
    <>
      <Paged of={pages} empty={<Empty text={t.mappings.none.templates} />}>
        <Table label={t.mappings.views.templates} heads={[
          t.mappings.principal, t.mappings.template, t.person.on, t.expiry.label, t.common.reason, t.common.actions,
        ]}>
          {pages.rows.map((one) => (
            <tr key={one.id}>
              <th scope="row"><To principal={one.principal} /></th>
              <td><a href={here('policies', one.policy_id ?? '')}>{t.mappings.rule}</a></td>
              <td>{resourceText(one.resource) || t.person.everywhere}</td>
              <td>{one.expires_at ? <Time at={one.expires_at} /> : t.expiry.never}</td>
              <td>{one.reason}</td>
              <td><Act needs="organization:policymanage" onClick={() => take(one)}>{t.common.remove}</Act></td>
            </tr>
          ))}
        </Table>
      </Paged>
      <AsCall path="/v1/grants" query={filter} />
      {asked && <ImpactSheet asked={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

function To({ principal }: { principal: Grant['principal'] }) {
  const to = typeof principal === 'string' ? parseEntity(principal) : principal;
  if (!to) return <span class="quiet">{t.mappings.anybody}</span>;
  if (to.type === 'group') return <GroupName id={to.id} />;
  if (to.type === 'user' || to.type === 'service_user') return <PersonName id={to.id} type={to.type} />;
  return <code>{to.type}:{to.id}</code>;
}

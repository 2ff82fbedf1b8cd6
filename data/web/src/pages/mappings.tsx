// Who was given which role, on what, until when, and who said so. What rules' templates are granted is listed too.
import { useState } from 'preact/hooks';
import { get, type Schemas } from '../api';
import { parseEntity } from '../entity';
import { usePages, useSettled } from '../load';
import { amend, useRoute } from '../router';
import { findGroups, findPeople } from '../search';
import { useHere } from '../session';
import { t } from '../text';
import { AsCall } from '../ui/as_call';
import { Badge, Time } from '../ui/basics';
import { Field } from '../ui/field';
import { ImpactSheet, type Asked } from '../ui/impact';
import { Act, PageHead } from '../ui/page';
import { resourceText } from '../ui/paths';
import { GroupName, PersonName } from '../ui/person';
import { Picker, type Option } from '../ui/picker';
import { Empty, Failure, Skeleton } from '../ui/states';
import { takeMapping } from './give';

type Mapping = Schemas['Grant'];

export type MappingState = 'active' | 'future' | 'expired';
export function stateOf({ valid_from, expires_at }: Pick<Mapping, 'valid_from' | 'expires_at'>, now = Date.now()): MappingState {
  if (expires_at && Date.parse(expires_at) <= now) return 'expired';
  return valid_from && Date.parse(valid_from) > now ? 'future' : 'active';
}

async function findPrincipals(words: string): Promise<Option[]> {
  const [groups, people] = await Promise.all([findGroups(words), findPeople(words)]);
  return [
    ...groups.slice(0, 8).map((one) => ({ ...one, key: `group:${one.key}` })),
    ...people.slice(0, 12).map((one) => ({ ...one, key: `user:${one.key}` })),
  ];
}

export function MappingsPage() {
  const { query } = useRoute();
  const [asked, setAsked] = useState<Asked | null>(null);
  const now = {
    ...(query['principal'] ? { principal: query['principal'] } : {}),
    ...(parseEntity(query['resource'] ?? '') ? { resource: query['resource'] ?? '' } : {}),
  };
  const filter = useSettled(now, 300);
  const pages = usePages<Mapping>((cursor) => get('/v1/grants', {
    query: { limit: 100, ...filter, ...(cursor ? { cursor } : {}) },
  }), [filter]);
  return (
    <>
      <PageHead title={t.mappings.title} />
      <p class="quiet">{t.mappings.intro}</p>
      <div class="filters">
        <Picker label={t.mappings.principal} search={findPrincipals} value={query['pn'] ?? ''}
          onPick={(one) => amend({ principal: one.key, pn: one.name })}
          onText={(text) => text === '' && amend({ principal: '', pn: '' })} />
        <Field label={t.person.on} value={query['resource'] ?? ''} onInput={(resource) => amend({ resource })} hint={t.explain.resourceHint} wide />
      </div>
      {pages.fault && <Failure fault={pages.fault} retry={pages.reload} />}
      {pages.complete && pages.rows.length === 0 && <Empty text={t.mappings.empty} />}
      {pages.rows.length > 0 && (
        <MappingTable rows={pages.rows} take={(mapping) => setAsked(takeMapping(mapping.id, mapping.role ?? '', pages.reload))} />
      )}
      {pages.loading && <Skeleton />}
      {!pages.complete && !pages.loading && !pages.fault && <button type="button" onClick={pages.more}>{t.common.more}</button>}
      <AsCall path="/v1/grants" query={filter} />
      {asked && <ImpactSheet asked={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

function MappingTable({ rows, take }: { rows: Mapping[]; take: (mapping: Mapping) => void }) {
  const here = useHere();
  return (
    <div class="scroller" tabIndex={0} role="region" aria-label={t.mappings.title}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t.mappings.principal}</th><th scope="col">{t.person.role}</th><th scope="col">{t.person.on}</th>
            <th scope="col">{t.mappings.state}</th><th scope="col">{t.expiry.label}</th><th scope="col">{t.common.reason}</th>
            <th scope="col">{t.common.actions}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((mapping) => (
            <tr key={mapping.id}>
              <th scope="row"><To principal={mapping.principal} /></th>
              <td>
                {mapping.role && <a href={here('roles', mapping.role)}>{mapping.role}</a>}
                {mapping.policy_id && <a href={here('policies', mapping.policy_id)}>{t.mappings.template}</a>}
              </td>
              <td>{resourceText(mapping.resource) || t.person.everywhere}</td>
              <td><State of={stateOf(mapping)} /></td>
              <td><Time at={mapping.expires_at} /></td>
              <td>{mapping.reason}</td>
              <td><Act needs="organization:policymanage" onClick={() => take(mapping)}>{t.common.remove}</Act></td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function State({ of }: { of: MappingState }) {
  return <Badge kind={of === 'active' ? 'good' : of === 'expired' ? 'bad' : 'warn'}>{t.mappings.states[of]}</Badge>;
}
function To({ principal }: { principal: Mapping['principal'] }) {
  const to = typeof principal === 'string' ? parseEntity(principal) : principal;
  if (!to) return <span class="quiet">{t.mappings.anybody}</span>;
  if (to.type === 'group') return <GroupName id={to.id} />;
  if (to.type === 'user' || to.type === 'service_user') return <PersonName id={to.id} type={to.type} />;
  return <code>{to.type}:{to.id}</code>;
}

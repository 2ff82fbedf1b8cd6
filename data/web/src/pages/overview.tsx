// What there is, how dangerous it is, and what happened last; for a new tenant, where to begin.
import { get, type Schemas } from '../api';
import { useLoad } from '../load';
import { useHere, useSession } from '../session';
import { t } from '../text';
import { count, when } from '../time';
import { Risk, type Level } from '../ui/basics';
import { PageHead } from '../ui/page';
import { Loaded } from '../ui/states';
import { actorName } from './audit_list';
import { HolderTable } from './role_holders';
import { heldByNobody } from './roles';
import { BrokenLog } from './verification';

export function OverviewPage() {
  const { can } = useSession();
  return (
    <>
      <PageHead title={t.overview.title} />
      {can('organization:auditview') && <BrokenLog />}
      <Numbers />
      <div class="columns">
        <section><h2>{t.overview.risks}</h2><Risks /></section>
        {can('organization:auditview') && <section><h2>{t.overview.last}</h2><Last /></section>}
      </div>
      {can('organization:get') && (
        <section><h2>{t.overview.admins}</h2><p class="quiet">{t.overview.adminsHelp}</p><Admins /></section>
      )}
    </>
  );
}

function Numbers() {
  const { tenant } = useSession();
  const here = useHere();
  const load = useLoad(() => get('/v1/tenants/{id}/usage', { path: { id: tenant?.id ?? '' } }), [tenant?.id]);
  return (
    <Loaded of={load}>
      {(usage) => {
        const tiles: [string, number, string][] = [
          [t.overview.people, usage.users.used, here('people')],
          [t.overview.groups, usage.groups.used, here('groups')],
          [t.overview.roles, usage.roles.used, `${here('roles')}?kind=custom`],
          [t.overview.machines, usage.service_users.used, here('keys')],
          [t.overview.mappings, usage.mappings.used, here('mappings')],
          [t.overview.policies, usage.policies.used, here('policies')],
        ];
        return (
          <>
            <div class="tiles">
              {tiles.map(([name, used, address]) => <a class="tile" key={name} href={address}><b>{count(used)}</b>{name}</a>)}
              <div class="tile"><b>{count(usage.entities.used)}</b>{t.overview.things}</div>
            </div>
            <Begin usage={usage} />
          </>
        );
      }}
    </Loaded>
  );
}

// The first four steps, until roles are held by somebody.
function Begin({ usage }: { usage: Schemas['TenantUsage'] }) {
  const here = useHere();
  if (usage.mappings.used > 0) return null;
  const steps: [string, boolean, string][] = [
    [t.overview.steps.role, usage.roles.used > 0, here('roles')],
    [t.overview.steps.group, usage.groups.used > 0, here('groups')],
    [t.overview.steps.people, usage.memberships.used > 0, here('groups')],
    [t.overview.steps.explain, false, here('explain')],
  ];
  return (
    <section class="box raised">
      <h2>{t.overview.begin}</h2>
      <ol class="steps">
        {steps.map(([name, done, address]) => (
          <li key={name}><span class={`badge ${done ? 'good' : ''}`}>{done ? t.overview.done : t.overview.open}</span><a href={address}>{name}</a></li>
        ))}
      </ol>
    </section>
  );
}

const kLevels: Level[] = ['admin', 'high', 'medium', 'low'];
function Risks() {
  const here = useHere();
  const load = useLoad(() => get('/v1/roles'), []);
  return (
    <Loaded of={load}>
      {(list) => (
        <ul class="changes">
          {kLevels.map((level) => (
            <li class="row" key={level}>
              <Risk level={level} />
              <a href={`${here('roles')}?level=${level}`}>{count(list.data.filter((role) => role.blast_radius.level === level).length)}</a>
            </li>
          ))}
          <li class="row">
            <span>{t.overview.heldByNobody}</span>
            <a href={`${here('roles')}?held=nobody`}>{count(list.data.filter(heldByNobody).length)}</a>
          </li>
        </ul>
      )}
    </Loaded>
  );
}

function Last() {
  const here = useHere();
  const load = useLoad(() => get('/v1/audit-log', { query: { limit: 10 } }), []);
  return (
    <Loaded of={load}>
      {(log) => (
        <>
          <ul class="changes">
            {log.data.map((entry) => (
              <li key={entry.id}>
                <span>{actorName(entry)}</span> <code>{entry.action}</code>{' '}
                {entry.outcome === 'refused' && <span class="badge bad">{t.activity.wasRefused}</span>}
                <div class="quiet small">{when(entry.created_at)}</div>
              </li>
            ))}
          </ul>
          <a href={here('activity')}>{t.overview.allActivity}</a>
        </>
      )}
    </Loaded>
  );
}

function Admins() {
  const load = useLoad(() => get('/v1/permissions/{scope}/holders', { path: { scope: 'organization:administer' }, query: { limit: 10 } }), []);
  return (
    <Loaded of={load}>
      {(list) => list.data.length === 0 ? <p>{t.overview.noAdmins}</p> : <HolderTable holders={list.data} role="organization:administer" />}
    </Loaded>
  );
}

// What there is, how dangerous it is, and what happened last; for a new tenant, where to begin.
import { get, type Schemas } from '../api';
import { useLoad } from '../load';
import { href } from '../router';
import { useHere, useSession } from '../session';
import { t } from '../text';
import { count, when } from '../time';
import { AsCall } from '../ui/as_call';
import { Risk, type Level } from '../ui/basics';
import { PageHead } from '../ui/page';
import { Loaded } from '../ui/states';
import { HolderTable } from './role_holders';
import { BrokenLog } from './verification';

type Overview = Schemas['Overview'];

export function OverviewPage() {
  const { can } = useSession();
  const load = useLoad(() => get('/v1/overview'), []);
  return (
    <>
      <PageHead title={t.overview.title} />
      {can('organization:auditview') && <BrokenLog />}
      <Loaded of={load}>
        {(all) => (
          <>
            {all.activity && !all.activity.chain.whole && (
              <section class="box bad" role="alert"><h2>{t.overview.damaged}</h2><p>{t.overview.damagedHelp}</p></section>
            )}
            <Begin of={all} />
            <Tiles of={all} />
            <div class="columns">
              <section><h2>{t.overview.risks}</h2><Risks roles={all.roles} /></section>
              {all.activity && <section><h2>{t.overview.last}</h2><Last of={all.activity} /></section>}
            </div>
            {all.administrators && <Admins of={all.administrators} keys={all.keys?.administrators ?? 0} />}
          </>
        )}
      </Loaded>
      <AsCall path="/v1/overview" />
    </>
  );
}

// The first steps, until somebody holds a role.
function Begin({ of: all }: { of: Overview }) {
  const here = useHere();
  if (all.mappings.total > 0) return null;
  const steps: [string, boolean, string][] = [
    [t.overview.steps.role, all.roles.own > 0, here('roles')],
    [t.overview.steps.group, all.groups > 0, here('groups')],
    [t.overview.steps.people, all.memberships > 0, here('groups')],
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

// A tile that asks for something to be done has a colour, too.
interface Tile {
  name: string;
  number: string;
  address: string;
  kind?: string | undefined;
}
const warn = (n: number, kind = 'warn'): string | undefined => (n > 0 ? kind : undefined);

function Tiles({ of: all }: { of: Overview }) {
  const here = useHere();
  const { tenant } = useSession();
  const list = (page: string, query: Record<string, string>): string => href([tenant?.slug ?? '', page], query);
  const { mappings, keys, activity, administrators } = all;
  const least = (n: number, complete: boolean): string => (complete ? count(n) : t.overview.atLeast(n));
  const most = (n: number, exact: boolean): string => (exact ? count(n) : t.overview.atMost(n));
  const groups: [string, Tile[]][] = [
    [t.overview.attention, [
      { name: t.overview.expiring, number: least(mappings.expiring, mappings.expiring_complete), address: list('mappings', { state: 'expiring' }), kind: warn(mappings.expiring) },
      ...(keys ? [{ name: t.overview.keysExpiring, number: least(keys.expiring, keys.complete), address: here('keys'), kind: warn(keys.expiring) }] : []),
      ...(keys && keys.expired > 0 ? [{ name: t.overview.keysExpired, number: least(keys.expired, keys.complete), address: here('keys') }] : []),
      ...(activity ? [{
        name: t.overview.refused, number: least(activity.refused, activity.refused_complete), kind: warn(activity.refused),
        address: list('activity', { tab: 'refused', from: new Date(Date.now() - 86_400_000).toISOString() }),
      }] : []),
      ...(administrators ? [{
        name: t.overview.administrators,
        number: administrators.complete ? most(administrators.holders.people, !administrators.holders.at_most) : least(administrators.holders.people, false),
        address: list('who-can', { by: 'scope', s: administrators.scope }),
      }] : []),
    ]],
    [t.overview.all, [
      { name: t.overview.people, number: count(all.people), address: here('people') },
      { name: t.overview.groups, number: count(all.groups), address: here('groups') },
      { name: t.overview.roles, number: count(all.roles.own), address: list('roles', { kind: 'custom' }) },
      { name: t.overview.machines, number: count(all.service_users), address: here('keys') },
      { name: t.overview.policies, number: count(all.policies), address: here('policies') },
    ]],
    [t.overview.mappings, [
      { name: t.overview.active, number: most(mappings.active, mappings.exact), address: list('mappings', { state: 'active' }) },
      { name: t.overview.future, number: least(mappings.future, mappings.exact), address: list('mappings', { state: 'future' }) },
      { name: t.overview.expired, number: least(mappings.expired, mappings.exact), address: list('mappings', { state: 'expired' }) },
    ]],
  ];
  return (
    <>
      {groups.map(([title, tiles]) => (
        <section key={title} aria-label={title}>
          <h2>{title}</h2>
          <div class="tiles">
            {tiles.map(({ name, number, address, kind = '' }) => <a class={`tile ${kind}`} key={name} href={address}><b>{number}</b>{name}</a>)}
          </div>
        </section>
      ))}
    </>
  );
}

const kLevels: Level[] = ['admin', 'high', 'medium', 'low'];
function Risks({ roles }: { roles: Overview['roles'] }) {
  const here = useHere();
  return (
    <>
      <ul class="changes">
        {kLevels.map((level) => (
          <li class="row" key={level}><Risk level={level} /><a href={`${here('roles')}?level=${level}`}>{count(roles[level])}</a></li>
        ))}
        <li class="row"><span>{t.overview.heldByNobody}</span><a href={`${here('roles')}?held=false`}>{count(roles.held_by_nobody)}</a></li>
      </ul>
      {!roles.complete && <p class="quiet">{t.overview.someRoles}</p>}
    </>
  );
}

function Last({ of: { last, chain } }: { of: Schemas['LastActivity'] }) {
  const here = useHere();
  return (
    <>
      <ul class="changes">
        {last.map((entry) => (
          <li key={entry.id}>
            <span>{entry.actor_name || t.activity.server}</span> <code>{entry.action}</code>{' '}
            {entry.outcome === 'refused' && <span class="badge bad">{t.activity.wasRefused}</span>}
            <div class="quiet small">{when(entry.created_at)}</div>
          </li>
        ))}
      </ul>
      <p class="row">
        <a href={here('activity')}>{t.overview.allActivity(chain.entries)}</a>
        {chain.whole && <span class="badge good">{t.overview.whole}</span>}
      </p>
    </>
  );
}

function Admins({ of: { holders, first, has_more, scope }, keys }: { of: Schemas['Administrators']; keys: number }) {
  const here = useHere();
  return (
    <section>
      <h2>{t.overview.admins}</h2>
      <p class="quiet">{t.overview.adminsHelp}</p>
      {first.length === 0 ? <p>{t.overview.noAdmins}</p> : <HolderTable holders={first} role={scope} />}
      {keys > 0 && <p>{t.overview.adminKeys(keys)}</p>}
      {has_more && <a href={`${here('who-can')}?by=scope&s=${encodeURIComponent(scope)}`}>{t.overview.allAdmins(holders.people)}</a>}
    </section>
  );
}

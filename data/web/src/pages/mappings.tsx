// Who was given which role, on what, until when, and who said so: all, what ends soon, what begins later, what has
// ended, and who is an administrator for good. One or many are given longer, made permanent, or taken away.
import { useState } from 'preact/hooks';
import { get, type Schemas } from '../api';
import { parseEntity } from '../entity';
import { useLoad, usePages, useSettled } from '../load';
import { amend, useRoute } from '../router';
import { findGroups, findPeople, findRoles } from '../search';
import { useHere } from '../session';
import { t } from '../text';
import { AsCall } from '../ui/as_call';
import { Badge, Risk, Time } from '../ui/basics';
import { Field } from '../ui/field';
import { ImpactSheet, type Asked } from '../ui/impact';
import { Act, PageHead } from '../ui/page';
import { Paged, Table } from '../ui/paged';
import { resourceText } from '../ui/paths';
import { GroupName, PersonName, useName } from '../ui/person';
import { Picker, type Option } from '../ui/picker';
import { Empty } from '../ui/states';
import { GiveRoleToAnybody } from './give';
import { Extend, takeAll } from './mapping_changes';
import { TemplateGrants } from './template_grants';

type Mapping = Schemas['Mapping'];
const kDay = 86_400_000;
const kSoon = 7 * kDay;
// As many as the server changes at once.
const kMost = 1000;
const kViews = ['all', 'active', 'expiring', 'future', 'expired', 'permanent', 'templates'] as const;
type View = (typeof kViews)[number];

async function findPrincipals(words: string): Promise<Option[]> {
  const [groups, people] = await Promise.all([findGroups(words), findPeople(words)]);
  return [
    ...groups.slice(0, 8).map((one) => ({ ...one, key: `group:${one.key}` })),
    ...people.slice(0, 12).map((one) => ({ ...one, key: `user:${one.key}` })),
  ];
}

// What the call is asked for a view. Ends are those of whole hours, so that the same is asked for a while.
export function viewQuery(view: View, now = Date.now()): {
  state?: Mapping['state']; expires_before?: string; level?: Mapping['level']; permanent?: boolean;
} {
  if (view === 'expiring') return { state: 'active', expires_before: new Date(Math.ceil((now + kSoon) / 3_600_000) * 3_600_000).toISOString() };
  if (view === 'permanent') return { level: 'admin', permanent: true };
  return view === 'all' || view === 'templates' ? {} : { state: view };
}

export function MappingsPage() {
  const { query } = useRoute();
  const [round, setRound] = useState(0);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [giving, setGiving] = useState(false);
  const view = kViews.find((one) => one === query['state']) ?? 'all';
  const principal = query['principal'] ?? '';
  const resource = (query['resource'] ?? '').trim();
  const to = usePrincipalName(query['pn'] ? '' : principal) || query['pn'] || '';
  const isWrong = resource !== '' && !parseEntity(resource);
  const about = useSettled({ ...(principal ? { principal } : {}), ...(resource ? { resource } : {}) }, 300);
  // What is half typed asks for nothing yet.
  const isWhole = !isWrong && (!about.resource || parseEntity(about.resource) !== null);
  return (
    <>
      <PageHead title={t.mappings.title}>
        <Act needs="organization:policymanage" kind="primary" onClick={() => setGiving(true)}>{t.group.giveRole}</Act>
      </PageHead>
      <p class="quiet">{t.mappings.intro}</p>
      <p class="presets" role="group" aria-label={t.mappings.view}>
        {kViews.map((one) => (
          <button type="button" key={one} aria-pressed={one === view}
            onClick={() => amend({ state: one === 'all' ? '' : one })}>{t.mappings.views[one]}</button>
        ))}
      </p>
      <div class="filters">
        <Picker label={t.mappings.principal} search={findPrincipals} value={to}
          onPick={(one) => amend({ principal: one.key, pn: one.name })}
          onText={(text) => text === '' && amend({ principal: '', pn: '' })} />
        {view !== 'templates' && (
          <Picker label={t.person.role} search={findRoles} value={query['role'] ?? ''}
            onPick={(one) => amend({ role: one.key })} onText={(text) => text === '' && amend({ role: '' })} />
        )}
        <Field label={t.person.on} value={query['resource'] ?? ''} onInput={(text) => amend({ resource: text })} wide
          hint={t.explain.resourceHint} wrong={isWrong ? t.mappings.wrongResource : undefined} />
      </div>
      {isWhole && (view === 'templates' ? <TemplateGrants filter={about} />
        : <MappingList key={`${view}${round}`} view={view} filter={{ ...viewQuery(view), ...about, ...(query['role'] ? { role: query['role'] } : {}) }} />)}
      {giving && <GiveRoleToAnybody search={findPrincipals} onClose={() => setGiving(false)} ask={setAsked} after={() => setRound(round + 1)} />}
      {asked && <ImpactSheet asked={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

// What a link that only has its id says whom it is about.
function usePrincipalName(text: string): string {
  const to = parseEntity(text);
  return useName(to && (({ group: 'group', user: 'user', service_user: 'machine' } as const)[to.type] ?? null), to?.id ?? '');
}

function MappingList({ view, filter }: { view: Exclude<View, 'templates'>; filter: ReturnType<typeof viewQuery> & { principal?: string; role?: string; resource?: string } }) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [extending, setExtending] = useState<Mapping[] | null>(null);
  const [chosen, setChosen] = useState<Set<string>>(new Set());
  const pages = usePages<Mapping>((cursor) => get('/v1/mappings', {
    query: { limit: 100, ...filter, ...(cursor ? { cursor } : {}) },
  }), [filter]);
  const changed = (): void => {
    setChosen(new Set());
    pages.reload();
  };
  const rows = pages.rows.filter((one) => chosen.has(one.id));
  const cannot = rows.length === 0 || rows.length > kMost;
  return (
    <>
      <Paged of={pages} empty={view === 'expiring' ? <NothingEnds /> : <Empty text={t.mappings.none[view]} />}>
        <p class="row" role="group" aria-label={t.mappings.chosen(rows.length)}>
          <span>{t.mappings.chosen(rows.length)}</span>
          <Act needs="organization:policymanage" disabled={cannot} onClick={() => setExtending(rows)}>{t.mappings.extend}</Act>
          <Act needs="organization:policymanage" disabled={cannot} onClick={() => setAsked(takeAll(rows, changed))}>{t.common.remove}</Act>
          {rows.length > kMost && <span role="status"><Badge kind="warn">{t.mappings.tooMany(kMost)}</Badge></span>}
        </p>
        <MappingTable rows={pages.rows} chosen={chosen} choose={setChosen} extend={(one) => setExtending([one])}
          take={(one) => setAsked(takeAll([one], changed))} />
      </Paged>
      <AsCall path="/v1/mappings" query={filter} />
      {extending && <Extend rows={extending} onClose={() => setExtending(null)} ask={setAsked} after={changed} />}
      {asked && <ImpactSheet asked={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

// When the next one ends, where none does soon.
function NothingEnds() {
  const next = useLoad(() => get('/v1/mappings', {
    query: { state: 'active', expires_before: '9999-12-31T00:00:00Z', limit: 1 },
  }), []);
  const one = next.data?.data[0];
  return (
    <Empty text={t.mappings.none.expiring}>
      {one && <p>{t.mappings.next} <Time at={one.expires_at} />: {one.principal.name}, {one.role}</p>}
    </Empty>
  );
}

function MappingTable({ rows, chosen, choose, extend, take }: {
  rows: Mapping[]; chosen: Set<string>; choose: (ids: Set<string>) => void;
  extend: (one: Mapping) => void; take: (one: Mapping) => void;
}) {
  const here = useHere();
  const all = rows.every((one) => chosen.has(one.id));
  const toggle = (id: string): void => {
    const now = new Set(chosen);
    if (!now.delete(id)) now.add(id);
    choose(now);
  };
  return (
    <Table label={t.mappings.title} heads={[
      <th scope="col" key="all">
        <input type="checkbox" checked={all} aria-label={t.mappings.chooseAll}
          onChange={() => choose(new Set(all ? [] : rows.map((one) => one.id)))} />
      </th>,
      t.mappings.principal, t.person.role, t.person.on, t.expiry.label, t.common.reason, t.common.actions,
    ]}>
      {rows.map((one) => (
        <tr key={one.id}>
          <td>
            <input type="checkbox" checked={chosen.has(one.id)} aria-label={t.mappings.choose(one.principal.name, one.role)}
              onChange={() => toggle(one.id)} />
          </td>
          <th scope="row">
            {one.principal.type === 'group' ? <GroupName id={one.principal.id} known={one.principal.name} />
              : <PersonName id={one.principal.id} type={one.principal.type} known={one.principal.name} />}
          </th>
          <td><a href={here('roles', one.role)}>{one.role}</a> <Risk level={one.level} /></td>
          <td>{resourceText(one.resource) || t.person.everywhere}</td>
          <td>
            {one.state !== 'active' && <><State of={one.state} /> </>}
            {one.state === 'future' && <><Time at={one.valid_from} /> – </>}
            {one.expires_at ? <Time at={one.expires_at} /> : t.expiry.never}
          </td>
          <td>
            {one.reason && <div>{one.reason}</div>}
            <div class="quiet small"><Maker of={one} /> <Time at={one.created_at} /></div>
          </td>
          <td class="nowrap">
            <Act needs="organization:policymanage" onClick={() => extend(one)}
              label={`${t.mappings.extend} ${one.principal.name} ${one.role}`}>{t.mappings.extend}</Act>{' '}
            <Act needs="organization:policymanage" onClick={() => take(one)}
              label={`${t.common.remove} ${one.principal.name} ${one.role}`}>{t.common.remove}</Act>
          </td>
        </tr>
      ))}
    </Table>
  );
}

function State({ of }: { of: Mapping['state'] }) {
  return <Badge kind={of === 'active' ? 'good' : of === 'expired' ? 'bad' : 'warn'}>{t.mappings.states[of]}</Badge>;
}
function Maker({ of: { created_by: id, created_by_type: type } }: { of: Mapping }) {
  if (!id || !type) return null;
  return type === 'platform' ? <>{t.settings.kinds.platform}</> : <PersonName id={id} type={type} />;
}

// Which roles there are, how dangerous each is, and how many hold it.
import { useState } from 'preact/hooks';
import { change, get, type Fault, type Schemas } from '../api';
import { usePages, useSettled } from '../load';
import { amend, go, href, useRoute } from '../router';
import { findScopes } from '../search';
import { useHere, useSession } from '../session';
import { t } from '../text';
import { count, when } from '../time';
import { AsCall } from '../ui/as_call';
import { Badge, Risk, type Level } from '../ui/basics';
import { Acts, Dialog } from '../ui/dialog';
import { Field, Select, wrongAt } from '../ui/field';
import type { Column } from '../ui/grid';
import { Act, PageHead } from '../ui/page';
import { PagedGrid } from '../ui/paged';
import { Picker } from '../ui/picker';
import { Empty, Failure } from '../ui/states';
import { toast } from '../ui/toast';

type Role = Schemas['Role'];

export function RolesPage() {
  const here = useHere();
  const { tenant } = useSession();
  const { query } = useRoute();
  const [making, setMaking] = useState(false);
  const asked = useSettled(filterOf(query), 250);
  const pages = usePages<Role>((cursor) => get('/v1/roles', {
    query: { ...asked, limit: 250, ...(cursor ? { cursor } : {}) },
  }), [asked]);
  const columns: Column<Role>[] = [
    { name: t.common.name, width: 'minmax(170px, 1.5fr)', cell: (role) => <a href={here('roles', role.slug)} tabIndex={-1}>{role.name}</a> },
    { name: t.roles.slug, width: 'minmax(130px, 1fr)', cell: (role) => <code>{role.slug}</code> },
    { name: t.roles.risk, width: '120px', cell: (role) => <Risk level={role.blast_radius.level} /> },
    { name: t.roles.kind, width: '80px', cell: (role) => <Badge>{role.is_system ? t.common.system : t.common.custom}</Badge> },
    { name: t.roles.scopeCount, width: '70px', cell: (role) => <span title={role.scopes.join(', ')}>{count(role.scopes.length)}</span> },
    { name: t.roles.holders, width: 'minmax(200px, 1.5fr)', cell: (role) => (
      <><a href={`${here('roles', role.slug)}?tab=holders`} tabIndex={-1} title={role.blast_radius.summary}>{heldBy(role)}</a>
      {role.holders.groups > 0 && role.holders.people > 0 && (
        <span class="quiet small"> {role.holders.direct > 0 ? t.roles.direct(role.holders.direct) : t.roles.byGroups}</span>
      )}</>
    ) },
    { name: t.roles.changed, width: '180px', cell: (role) => when(role.updated_at) },
  ];
  return (
    <>
      <PageHead title={t.roles.title}>
        <a class="button" href={href([tenant?.slug ?? '', 'compare'], { kind: 'roles' })}>{t.roles.compare}</a>
        <Act needs="organization:rolemanage" kind="primary" onClick={() => setMaking(true)}>{t.roles.make}</Act>
      </PageHead>
      <div class="filters">
        <Field label={t.roles.filter} type="search" value={query['q'] ?? ''} onInput={(q) => amend({ q })} wide />
        <Picker label={t.roles.scope} search={findScopes} value={query['scope'] ?? ''} onPick={(one) => amend({ scope: one.key })}
          onText={(text) => text === '' && amend({ scope: '' })} />
        <Select label={t.roles.level} value={query['level'] ?? ''} onInput={(level) => amend({ level })}
          options={[['', t.common.all], ['low', t.risk.low], ['medium', t.risk.medium], ['high', t.risk.high], ['admin', t.risk.admin]]} />
        <Select label={t.roles.kind} value={query['kind'] ?? ''} onInput={(kind) => amend({ kind })}
          options={[['', t.common.all], ['custom', t.common.custom], ['system', t.common.system]]} />
        <Select label={t.roles.nobody} value={query['held'] ?? ''} onInput={(held) => amend({ held })}
          options={[['', t.common.all], ['true', t.roles.bySomebody], ['false', t.roles.byNobody]]} />
      </div>
      <PagedGrid of={pages} empty={<Empty text={t.roles.none} />} label={t.roles.title} columns={columns}
        keyOf={(role) => role.id} open={(role) => go(here('roles', role.slug))} />
      <AsCall path="/v1/roles" query={asked} />
      {making && <MakeRole onClose={() => setMaking(false)} />}
    </>
  );
}

// What the address asks for, of what the call takes.
function filterOf(query: Record<string, string>) {
  const q = query['q']?.trim();
  const { scope, level, kind, held } = query;
  return {
    ...(q ? { q } : {}), ...(scope ? { scope } : {}), ...(level ? { level: level as Level } : {}),
    ...(kind === 'system' || kind === 'custom' ? { kind } as const : {}), ...(held ? { held: held === 'true' } : {}),
  };
}
function heldBy({ holders }: Role): string {
  if (holders.people + holders.service_users === 0) return t.roles.noHolders;
  return t.roles.heldBy(holders.people, holders.service_users, holders.at_most);
}

// A new role holds nothing that anybody has yet, so it is made at once; its permissions are chosen on its own page.
export function MakeRole({ onClose, from }: { onClose: () => void; from?: Role }) {
  const here = useHere();
  const [name, setName] = useState(from ? t.role.copyName(from.name) : '');
  const [slug, setSlug] = useState('');
  const [description, setDescription] = useState(from?.description ?? '');
  const [fault, setFault] = useState<Fault>();
  const [tried, setTried] = useState(false);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (name.trim() === '') return;
    const answer = await change('post', '/v1/roles', {
      body: {
        name: name.trim(), scopes: from?.scopes ?? [],
        ...(slug ? { slug } : {}), ...(description ? { description } : {}),
      },
    }).make();
    if (!answer.ok) {
      setFault(answer.fault);
      return;
    }
    const role = answer.data as Role;
    onClose();
    toast(t.roles.made(role.name));
    go(here('roles', role.slug));
  };
  return (
    <Dialog title={from ? t.role.copyRole : t.roles.make} onClose={onClose} onSubmit={submit}>
      {fault && <Failure fault={fault} />}
      <Field label={t.common.name} value={name} onInput={setName} required autoFocus maxLength={200}
        wrong={tried && name.trim() === '' ? t.roles.needName : wrongAt(fault, '/name')} />
      <Field label={t.roles.slug} value={slug} onInput={setSlug} hint={t.roles.slugHint} wrong={wrongAt(fault, '/slug')} />
      <Field label={t.common.description} value={description} onInput={setDescription} long wrong={wrongAt(fault, '/description')} />
      <Acts name={t.roles.make} />
    </Dialog>
  );
}

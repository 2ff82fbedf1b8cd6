// Which roles there are, how dangerous each is, and how many hold it.
import { useState } from 'preact/hooks';
import { change, get, type Fault, type Schemas } from '../api';
import { useLoad } from '../load';
import { amend, go, useRoute } from '../router';
import { useHere } from '../session';
import { t } from '../text';
import { when } from '../time';
import { AsCall } from '../ui/as_call';
import { Badge, Risk } from '../ui/basics';
import { Dialog } from '../ui/dialog';
import { Field, Select, wrongAt } from '../ui/field';
import { Grid, type Column } from '../ui/grid';
import { Act, PageHead } from '../ui/page';
import { Empty, Failure, Loaded } from '../ui/states';
import { toast } from '../ui/toast';

type Role = Schemas['Role'];
const kHeldByNobody = /held by no people/;

export function heldByNobody(role: Role): boolean {
  return kHeldByNobody.test(role.blast_radius.summary);
}

export function RolesPage() {
  const here = useHere();
  const { query } = useRoute();
  const [making, setMaking] = useState(false);
  const load = useLoad(() => get('/v1/roles'), []);
  const words = (query['q'] ?? '').toLowerCase();
  const fits = (role: Role): boolean =>
    (!query['level'] || role.blast_radius.level === query['level'])
    && (!query['kind'] || role.is_system === (query['kind'] === 'system'))
    && (!query['held'] || heldByNobody(role))
    && `${role.name} ${role.slug} ${role.scopes.join(' ')}`.toLowerCase().includes(words);
  const columns: Column<Role>[] = [
    { name: t.common.name, width: 'minmax(190px, 1.2fr)', cell: (role) => <a href={here('roles', role.slug)} tabIndex={-1}>{role.name}</a> },
    { name: t.roles.slug, width: 'minmax(130px, .8fr)', cell: (role) => <code>{role.slug}</code> },
    { name: t.roles.risk, width: '120px', cell: (role) => <Risk level={role.blast_radius.level} /> },
    { name: t.roles.kind, width: '80px', cell: (role) => <Badge>{role.is_system ? t.common.system : t.common.custom}</Badge> },
    { name: t.roles.held, width: 'minmax(260px, 3fr)', cell: (role) => <span title={role.blast_radius.summary}>{role.blast_radius.summary}</span> },
    { name: t.roles.changed, width: '195px', cell: (role) => when(role.updated_at) },
  ];
  return (
    <>
      <PageHead title={t.roles.title}>
        <Act needs="organization:rolemanage" kind="primary" onClick={() => setMaking(true)}>{t.roles.make}</Act>
      </PageHead>
      <div class="filters">
        <Field label={t.roles.filter} type="search" value={query['q'] ?? ''} onInput={(q) => amend({ q })} wide />
        <Select label={t.roles.level} value={query['level'] ?? ''} onInput={(level) => amend({ level })}
          options={[['', t.common.all], ['low', t.risk.low], ['medium', t.risk.medium], ['high', t.risk.high], ['admin', t.risk.admin]]} />
        <Select label={t.roles.kind} value={query['kind'] ?? ''} onInput={(kind) => amend({ kind })}
          options={[['', t.common.all], ['custom', t.common.custom], ['system', t.common.system]]} />
        <Select label={t.roles.nobody} value={query['held'] ?? ''} onInput={(held) => amend({ held })}
          options={[['', t.roles.anyHeld], ['nobody', t.roles.byNobody]]} />
      </div>
      <Loaded of={load}>
        {(list) => {
          const rows = list.data.filter(fits);
          if (rows.length === 0) return <Empty text={t.roles.none} />;
          return <Grid label={t.roles.title} columns={columns} rows={rows} keyOf={(role) => role.slug}
            open={(role) => go(here('roles', role.slug))} />;
        }}
      </Loaded>
      <AsCall path="/v1/roles" />
      {making && <MakeRole onClose={() => setMaking(false)} />}
    </>
  );
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
      <div class="acts">
        <button type="button" onClick={onClose}>{t.common.cancel}</button>
        <button type="submit" class="primary">{t.roles.make}</button>
      </div>
    </Dialog>
  );
}

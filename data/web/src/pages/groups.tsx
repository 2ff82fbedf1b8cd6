// The groups there are, how many are in each, and what roles they bring.
import { useState } from 'preact/hooks';
import { change, get, type Fault, type Schemas } from '../api';
import { usePages, useSettled } from '../load';
import { amend, go, useRoute } from '../router';
import { useHere } from '../session';
import { t } from '../text';
import { count, when } from '../time';
import { AsCall } from '../ui/as_call';
import { Badge } from '../ui/basics';
import { Acts, Dialog } from '../ui/dialog';
import { Field, Select, wrongAt } from '../ui/field';
import type { Column } from '../ui/grid';
import { Act, PageHead } from '../ui/page';
import { PagedGrid } from '../ui/paged';
import { Empty, Failure } from '../ui/states';
import { toast } from '../ui/toast';

type Group = Schemas['Group'];

export function GroupsPage() {
  const here = useHere();
  const { query } = useRoute();
  const [making, setMaking] = useState(false);
  const q = useSettled((query['q'] ?? '').trim(), 250);
  const source = (['local', 'scim'] as const).find((one) => one === query['source']);
  const asked: { q?: string; source?: 'local' | 'scim' } = { ...(q ? { q } : {}), ...(source ? { source } : {}) };
  const pages = usePages<Group>((cursor) => get('/v1/groups', {
    query: { limit: 250, ...asked, ...(cursor ? { cursor } : {}) },
  }), [asked]);
  const columns: Column<Group>[] = [
    { name: t.common.name, width: 'minmax(180px, 1.5fr)', cell: (group) => <a href={here('groups', group.id)} tabIndex={-1}>{group.name}</a> },
    { name: t.groups.members, width: '100px', cell: (group) => count(group.member_count) },
    { name: t.groups.roles, width: 'minmax(180px, 2fr)', cell: (group) => group.role_mappings.join(', ') },
    { name: t.groups.source, width: '140px', cell: (group) => (
      <><Badge>{t.groups.sources[group.source]}</Badge>{group.state === 'disabled' && <> <Badge kind="warn">{t.policies.disabled}</Badge></>}</>
    ) },
    { name: t.common.description, width: 'minmax(180px, 2fr)', cell: (group) => group.description ?? '' },
    { name: t.common.changed, width: '195px', cell: (group) => when(group.updated_at) },
  ];
  const make = <Act needs="organization:groupcreate" kind="primary" onClick={() => setMaking(true)}>{t.groups.make}</Act>;
  return (
    <>
      <PageHead title={t.groups.title}>{make}</PageHead>
      <div class="filters">
        <Field label={t.groups.filter} type="search" value={query['q'] ?? ''} onInput={(text) => amend({ q: text })} wide />
        <Select label={t.groups.source} value={query['source'] ?? ''} onInput={(text) => amend({ source: text })}
          options={[['', t.common.all], ['local', t.groups.sources.local], ['scim', t.groups.sources.scim]]} />
      </div>
      <PagedGrid of={pages} label={t.groups.title} columns={columns} keyOf={(group) => group.id} open={(group) => go(here('groups', group.id))}
        empty={Object.keys(asked).length > 0 ? <Empty text={t.common.nothingFound} /> : <Empty text={t.groups.empty}>{make}</Empty>} />
      <AsCall path="/v1/groups" query={asked} />
      {making && <MakeGroup onClose={() => setMaking(false)} />}
    </>
  );
}

function MakeGroup({ onClose }: { onClose: () => void }) {
  const here = useHere();
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  const [fault, setFault] = useState<Fault>();
  const [tried, setTried] = useState(false);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (name.trim() === '') return;
    const answer = await change('post', '/v1/groups', {
      body: { name: name.trim(), ...(description ? { description } : {}) },
    }).make();
    if (!answer.ok) {
      setFault(answer.fault);
      return;
    }
    const group = answer.data as Group;
    onClose();
    toast(t.groups.made(group.name));
    go(here('groups', group.id));
  };
  return (
    <Dialog title={t.groups.make} onClose={onClose} onSubmit={submit}>
      {fault && <Failure fault={fault} />}
      <Field label={t.common.name} value={name} onInput={setName} required autoFocus maxLength={200}
        wrong={tried && name.trim() === '' ? t.groups.needName : wrongAt(fault, '/name')} />
      <Field label={t.common.description} value={description} onInput={setDescription} long wrong={wrongAt(fault, '/description')} />
      <Acts name={t.groups.make} />
    </Dialog>
  );
}

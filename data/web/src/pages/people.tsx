// The people of the tenant.
import { useState } from 'preact/hooks';
import { change, get, type Fault, type Schemas } from '../api';
import { usePages, useSettled } from '../load';
import { amend, go, useRoute } from '../router';
import { useHere } from '../session';
import { t } from '../text';
import { when } from '../time';
import { AsCall } from '../ui/as_call';
import { Badge } from '../ui/basics';
import { Acts, Dialog } from '../ui/dialog';
import { Field, wrongAt } from '../ui/field';
import type { Column } from '../ui/grid';
import { Act, PageHead } from '../ui/page';
import { PagedGrid } from '../ui/paged';
import { Empty, Failure } from '../ui/states';
import { toast } from '../ui/toast';

type User = Schemas['User'];

export function PeoplePage() {
  const here = useHere();
  const [making, setMaking] = useState(false);
  const { query } = useRoute();
  const q = useSettled((query['q'] ?? '').trim(), 250);
  const asked = q ? { q } : {};
  const pages = usePages<User>((cursor) => get('/v1/users', { query: { limit: 250, ...asked, ...(cursor ? { cursor } : {}) } }), [q]);
  const columns: Column<User>[] = [
    { name: t.common.name, width: 'minmax(170px, 1fr)', cell: (user) => <a href={here('people', user.id)} tabIndex={-1}>{user.name}</a> },
    { name: t.people.email, width: 'minmax(200px, 1.3fr)', cell: (user) => user.email },
    { name: t.people.state, width: '110px', cell: (user) => user.active ? t.people.active : <Badge kind="warn">{t.people.suspended}</Badge> },
    { name: t.people.groups, width: 'minmax(160px, 1.5fr)', cell: (user) => user.groups.map((group) => group.name).join(', ') },
    { name: t.people.roles, width: 'minmax(140px, 1fr)', cell: (user) => user.roles.join(', ') },
    { name: t.common.created, width: '195px', cell: (user) => when(user.created_at) },
  ];
  const make = <Act needs="organization:usermanage" kind="primary" onClick={() => setMaking(true)}>{t.people.make}</Act>;
  return (
    <>
      <PageHead title={t.people.title}>{make}</PageHead>
      <div class="filters">
        <Field label={t.people.find} type="search" value={query['q'] ?? ''} onInput={(text) => amend({ q: text })} wide />
      </div>
      <PagedGrid of={pages} empty={q ? <Empty text={t.common.nothingFound} /> : <Empty text={t.people.empty}>{make}</Empty>}
        label={t.people.title} columns={columns} keyOf={(user) => user.id} open={(user) => go(here('people', user.id))} />
      <AsCall path="/v1/users" query={asked} />
      {making && <MakePerson onClose={() => setMaking(false)} />}
    </>
  );
}

function MakePerson({ onClose }: { onClose: () => void }) {
  const here = useHere();
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [fault, setFault] = useState<Fault>();
  const [tried, setTried] = useState(false);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (email.trim() === '' || name.trim() === '') return;
    const answer = await change('post', '/v1/users', { body: { email: email.trim(), name: name.trim() } }).make();
    if (!answer.ok) {
      setFault(answer.fault);
      return;
    }
    const user = answer.data as User;
    onClose();
    toast(t.people.made(user.name));
    go(here('people', user.id));
  };
  return (
    <Dialog title={t.people.make} onClose={onClose} onSubmit={submit}>
      {fault && <Failure fault={fault} />}
      <Field label={t.people.email} type="email" value={email} onInput={setEmail} required autoFocus autocomplete="off"
        wrong={tried && email.trim() === '' ? t.people.needEmail : wrongAt(fault, '/email')} />
      <Field label={t.common.name} value={name} onInput={setName} required maxLength={200}
        wrong={tried && name.trim() === '' ? t.people.needName : wrongAt(fault, '/name')} />
      <Acts name={t.people.make} />
    </Dialog>
  );
}

// The tenants of the platform: which there are, how big they are, and what can be done with them.
import { useEffect, useRef, useState } from 'preact/hooks';
import { call, get, type Fault, type Schemas } from '../api';
import { usePages } from '../load';
import { go } from '../router';
import { recentTenants, rememberTenants } from '../session';
import { t } from '../text';
import { count } from '../time';
import { AsCall } from '../ui/as_call';
import { Badge, Time } from '../ui/basics';
import { Acts, Dialog } from '../ui/dialog';
import { Field, wrongAt } from '../ui/field';
import { Act, PageHead } from '../ui/page';
import { Paged, Table } from '../ui/paged';
import { Empty, Failure } from '../ui/states';
import { toast } from '../ui/toast';

type Tenant = Schemas['Tenant'];

export function TenantsPage() {
  const [making, setMaking] = useState(false);
  const [words, setWords] = useState('');
  const pages = usePages<Tenant>(async (cursor) => {
    const answer = await get('/v1/tenants', { query: { limit: 250, ...(cursor ? { cursor } : {}) } });
    if (answer.ok) rememberTenants(answer.data.data);
    return answer;
  }, []);
  // What is looked for may be on a page that wasn't read yet.
  useEffect(() => {
    if (words && !pages.complete && !pages.loading && !pages.fault) pages.more();
  }, [words, pages.complete, pages.loading]);
  const nothing = pages.complete && pages.rows.length === 0;
  const wanted = words.trim().toLowerCase();
  const found = pages.rows.filter((one) => one.name.toLowerCase().includes(wanted) || one.slug.includes(wanted));
  const recent = recentTenants();
  const make = (
    <button type="button" class="primary" onClick={() => setMaking(true)}>{nothing ? t.tenants.first : t.tenants.make}</button>
  );
  return (
    <>
      <PageHead title={t.tenants.title}>{make}</PageHead>
      {recent.length > 0 && (
        <p class="row"><span class="quiet">{t.tenants.recent}:</span> {recent.map((one) => <a key={one.slug} href={`#/${one.slug}`}>{one.name}</a>)}</p>
      )}
      <Paged of={pages} empty={<Empty text={t.tenants.none}>{make}</Empty>}>
        <Field label={t.common.filter} value={words} onInput={setWords} type="search" />
        <Table label={t.tenants.title} heads={[
          t.tenants.name, t.tenants.slug, t.tenants.state, { num: t.tenants.people }, { num: t.tenants.roles }, t.common.created, t.common.actions,
        ]}>
          {found.map((one) => <Row key={one.id} of={one} reload={pages.reload} />)}
        </Table>
        {pages.complete && found.length === 0 && <p>{t.common.nothingFound}</p>}
      </Paged>
      <AsCall path="/v1/tenants" />
      {making && <MakeTenant onClose={() => setMaking(false)} />}
    </>
  );
}

function Row({ of, reload }: { of: Tenant; reload: () => void }) {
  const row = useRef<HTMLTableRowElement>(null);
  const usage = useUsage(of.id, row);
  return (
    <tr ref={row}>
      <th scope="row"><a href={`#/${of.slug}`}>{of.name}</a></th>
      <td><code>{of.slug}</code></td>
      <td><TenantState of={of} /></td>
      <td class="num">{usage && count(usage.users.used)}</td><td class="num">{usage && count(usage.roles.used)}</td>
      <td><Time at={of.created_at} far={false} /></td>
      <td><TenantActs of={of} reload={reload} /></td>
    </tr>
  );
}

// What a tenant has is asked for once its row is seen.
function useUsage(id: string, row: { current: HTMLElement | null }): Schemas['TenantUsage'] | null {
  const [usage, setUsage] = useState<Schemas['TenantUsage'] | null>(null);
  useEffect(() => {
    const element = row.current;
    if (!element) return undefined;
    const seen = new IntersectionObserver((entries) => {
      if (!entries.some((one) => one.isIntersecting)) return;
      seen.disconnect();
      void get('/v1/tenants/{id}/usage', { path: { id } }).then((answer) => answer.ok && setUsage(answer.data));
    });
    seen.observe(element);
    return () => seen.disconnect();
  }, [id]);
  return usage;
}

export function TenantState({ of }: { of: Tenant }) {
  return of.state === 'enabled' ? <Badge kind="good">{t.tenants.enabled}</Badge> : <Badge kind="warn">{t.tenants.disabled}</Badge>;
}

// What can be done with a tenant from outside and from inside.
export function TenantActs({ of, reload }: { of: Tenant; reload: () => void }) {
  const [doing, setDoing] = useState<'rename' | 'disable' | null>(null);
  const [fault, setFault] = useState<Fault>();
  const enable = async (): Promise<void> => {
    const answer = await call('put', '/v1/tenants/{id}', { path: { id: of.id }, body: { state: 'enabled' } });
    if (!answer.ok) {
      setFault(answer.fault);
      return;
    }
    toast(t.tenants.isEnabled(of.name));
    reload();
  };
  return (
    <>
      {fault && <Failure fault={fault} />}
      <Act needs="organization:update" onClick={() => setDoing('rename')} label={t.tenants.renameTitle(of.name)}>{t.tenants.rename}</Act>{' '}
      {of.state === 'enabled'
        ? <Act needs="organization:delete" kind="danger" onClick={() => setDoing('disable')} label={t.tenants.disableTitle(of.name)}>{t.tenants.disable}</Act>
        : <Act needs="organization:delete" onClick={enable}>{t.tenants.enable}</Act>}
      {doing === 'rename' && <Rename of={of} onClose={() => setDoing(null)} onDone={reload} />}
      {doing === 'disable' && <Disable of={of} onClose={() => setDoing(null)} onDone={reload} />}
    </>
  );
}

function Rename({ of, onClose, onDone }: { of: Tenant; onClose: () => void; onDone: () => void }) {
  const [name, setName] = useState(of.name);
  const [fault, setFault] = useState<Fault>();
  const submit = async (): Promise<void> => {
    if (name.trim() === '') return;
    const answer = await call('put', '/v1/tenants/{id}', { path: { id: of.id }, body: { name: name.trim() } });
    if (!answer.ok) {
      setFault(answer.fault);
      return;
    }
    rememberTenants([answer.data]);
    onClose();
    toast(t.tenants.isRenamed);
    onDone();
  };
  return (
    <Dialog title={t.tenants.renameTitle(of.name)} onClose={onClose} onSubmit={submit}>
      {fault && <Failure fault={fault} />}
      <Field label={t.tenants.name} value={name} onInput={setName} required autoFocus maxLength={200}
        wrong={name.trim() === '' ? t.tenants.needName : wrongAt(fault, '/name')} />
      <Acts name={t.tenants.rename} />
    </Dialog>
  );
}

function Disable({ of, onClose, onDone }: { of: Tenant; onClose: () => void; onDone: () => void }) {
  const [fault, setFault] = useState<Fault>();
  const submit = async (): Promise<void> => {
    const answer = await call('put', '/v1/tenants/{id}', { path: { id: of.id }, body: { state: 'disabled' } });
    if (!answer.ok) {
      setFault(answer.fault);
      return;
    }
    onClose();
    toast(t.tenants.isDisabled(of.name));
    onDone();
  };
  return (
    <Dialog title={t.tenants.disableTitle(of.name)} onClose={onClose} onSubmit={submit}>
      {fault && <Failure fault={fault} />}
      <p>{t.tenants.disableHelp}</p>
      <Acts name={t.tenants.disable} kind="danger" />
    </Dialog>
  );
}

function MakeTenant({ onClose }: { onClose: () => void }) {
  const [name, setName] = useState('');
  const [slug, setSlug] = useState('');
  const [fault, setFault] = useState<Fault>();
  const [tried, setTried] = useState(false);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (name.trim() === '') return;
    const answer = await call('post', '/v1/tenants', { body: { name: name.trim(), ...(slug ? { slug } : {}) } });
    if (!answer.ok) {
      setFault(answer.fault);
      return;
    }
    rememberTenants([answer.data]);
    onClose();
    toast(t.tenants.made(answer.data.name));
    go(`#/${answer.data.slug}`);
  };
  return (
    <Dialog title={t.tenants.make} onClose={onClose} onSubmit={submit}>
      {fault && <Failure fault={fault} />}
      <Field label={t.tenants.name} value={name} onInput={setName} required autoFocus maxLength={200}
        wrong={tried && name.trim() === '' ? t.tenants.needName : wrongAt(fault, '/name')} />
      <Field label={t.tenants.slug} value={slug} onInput={setSlug} hint={t.tenants.slugHint} wrong={wrongAt(fault, '/slug')} />
      <Acts name={t.tenants.make} />
    </Dialog>
  );
}

// The tenants of the platform: enter one, or make one.
import { useState } from 'preact/hooks';
import { call, get, type Fault, type Schemas } from '../api';
import { usePages } from '../load';
import { go } from '../router';
import { rememberTenants } from '../session';
import { t } from '../text';
import { when } from '../time';
import { Badge } from '../ui/basics';
import { Dialog } from '../ui/dialog';
import { Field, wrongAt } from '../ui/field';
import { Grid, type Column } from '../ui/grid';
import { PageHead } from '../ui/page';
import { Empty, Failure } from '../ui/states';
import { toast } from '../ui/toast';

type Tenant = Schemas['Tenant'];

export function TenantsPage() {
  const [making, setMaking] = useState(false);
  const pages = usePages<Tenant>(async (cursor) => {
    const answer = await get('/v1/tenants', { query: { limit: 250, ...(cursor ? { cursor } : {}) } });
    if (answer.ok) rememberTenants(answer.data.data);
    return answer;
  }, []);
  const columns: Column<Tenant>[] = [
    { name: t.tenants.name, width: 'minmax(180px, 2fr)', cell: (tenant) => <a href={`#/${tenant.slug}`} tabIndex={-1}>{tenant.name}</a> },
    { name: t.tenants.slug, width: 'minmax(140px, 1fr)', cell: (tenant) => <code>{tenant.slug}</code> },
    {
      name: t.tenants.state, width: '120px', cell: (tenant) => tenant.state === 'enabled'
        ? <Badge kind="good">{t.tenants.enabled}</Badge> : <Badge kind="warn">{t.tenants.disabled}</Badge>,
    },
    { name: t.common.created, width: '195px', cell: (tenant) => when(tenant.created_at) },
  ];
  const nothing = pages.complete && pages.rows.length === 0;
  const make = (
    <button type="button" class="primary" onClick={() => setMaking(true)}>{nothing ? t.tenants.first : t.tenants.make}</button>
  );
  return (
    <>
      <PageHead title={t.tenants.title}>{make}</PageHead>
      {pages.fault && <Failure fault={pages.fault} retry={pages.reload} />}
      {nothing && <Empty text={t.tenants.none}>{make}</Empty>}
      {!nothing && !(pages.fault && pages.rows.length === 0) && (
        <Grid label={t.tenants.title} columns={columns} rows={pages.rows} keyOf={(tenant) => tenant.id} more={pages.more}
          complete={pages.complete || pages.fault !== undefined} loading={pages.loading} open={(tenant) => go(`#/${tenant.slug}`)} />
      )}
      {making && <MakeTenant onClose={() => setMaking(false)} />}
    </>
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
      <div class="acts">
        <button type="button" onClick={onClose}>{t.common.cancel}</button>
        <button type="submit" class="primary">{t.tenants.make}</button>
      </div>
    </Dialog>
  );
}

// Everybody who may do something to a thing, by rules and roles, or who holds a permission by roles.
import { useEffect, useState } from 'preact/hooks';
import { call, get, type Fault, type Schemas } from '../api';
import { entityText, parseEntity, type EntityName } from '../entity';
import { usePages } from '../load';
import { amend, href, useRoute } from '../router';
import { findScopes } from '../search';
import { useSession } from '../session';
import { t } from '../text';
import { AsCall, quoted } from '../ui/as_call';
import { Field, Select } from '../ui/field';
import { PageHead } from '../ui/page';
import { PersonName } from '../ui/person';
import { Picker } from '../ui/picker';
import { Empty, Failure, Skeleton } from '../ui/states';
import { HolderTable } from './role_holders';

export function WhoCanPage() {
  const { query } = useRoute();
  const byScope = query['by'] === 'scope';
  return (
    <>
      <PageHead title={t.whoCan.title} />
      <p class="quiet">{t.whoCan.intro}</p>
      <div class="filters">
        <Select label={t.whoCan.mode} value={byScope ? 'scope' : 'action'} onInput={(by) => amend({ by: by === 'scope' ? by : '' })}
          options={[['action', t.whoCan.modes.action], ['scope', t.whoCan.modes.scope]]} />
      </div>
      {byScope ? <ByScope scope={query['s'] ?? ''} /> : <ByAction action={query['a'] ?? ''} resource={query['r'] ?? ''} />}
    </>
  );
}

function ByScope({ scope }: { scope: string }) {
  return (
    <>
      <div class="filters">
        <Picker label={t.whoCan.scope} search={findScopes} value={scope} onPick={(one) => amend({ s: one.key })} />
      </div>
      {scope && <ScopeHolders key={scope} scope={scope} />}
    </>
  );
}
function ScopeHolders({ scope }: { scope: string }) {
  const pages = usePages<Schemas['Holder']>((cursor) => get('/v1/permissions/{scope}/holders', {
    path: { scope }, query: { limit: 100, ...(cursor ? { cursor } : {}) },
  }), [scope]);
  return (
    <>
      {pages.fault && <Failure fault={pages.fault} retry={pages.reload} />}
      {pages.complete && pages.rows.length === 0 && <Empty text={t.whoCan.none} />}
      <HolderTable holders={pages.rows} role={scope} />
      {pages.loading && <Skeleton />}
      {!pages.complete && !pages.loading && !pages.fault && <button type="button" onClick={pages.more}>{t.common.more}</button>}
      <AsCall path="/v1/permissions/{scope}/holders" values={{ scope }} />
    </>
  );
}

function ByAction({ action, resource }: { action: string; resource: string }) {
  const [name, setName] = useState(action);
  const [on, setOn] = useState(resource);
  const [tried, setTried] = useState(false);
  useEffect(() => {
    setName(action);
    setOn(resource);
  }, [action, resource]);
  const thing = parseEntity(resource);
  const submit = (event: Event): void => {
    event.preventDefault();
    setTried(true);
    if (name.trim() && parseEntity(on)) amend({ a: name.trim(), r: on.trim() });
  };
  return (
    <>
      <form onSubmit={submit}>
        <div class="columns">
          <Field label={t.explain.action} value={name} onInput={setName} hint={t.explain.actionHint} />
          <Field label={t.explain.resource} value={on} onInput={setOn} hint={t.explain.resourceHint}
            wrong={tried && !parseEntity(on) ? t.explain.needAll : undefined} />
        </div>
        <p><button type="submit" class="primary">{t.whoCan.ask}</button></p>
      </form>
      {action && thing && (
        <>
          <Found title={t.whoCan.people} type="user" action={action} thing={thing} />
          <Found title={t.whoCan.machines} type="service_user" action={action} thing={thing} />
          <AsCall method="POST" path="/access/v1/search/subject" command={`reeve who-can ${quoted(action)} ${quoted(resource)}`}
            body={{ subject: { type: 'user' }, action: { name: action }, resource: thing }} />
        </>
      )}
    </>
  );
}

function Found({ title, type, action, thing }: { title: string; type: string; action: string; thing: EntityName }) {
  const { tenant } = useSession();
  const [rows, setRows] = useState<EntityName[]>([]);
  const [token, setToken] = useState<string | null>('');
  const [fault, setFault] = useState<Fault>();
  const [busy, setBusy] = useState(false);
  const key = JSON.stringify([type, action, thing]);
  const search = async (after: string, before: EntityName[]): Promise<void> => {
    setBusy(true);
    const answer = await call('post', '/{tenant}/access/v1/search/subject', {
      path: { tenant: tenant?.id ?? '' },
      body: { subject: { type }, action: { name: action }, resource: thing, page: { limit: 100, ...(after ? { token: after } : {}) } },
    });
    setBusy(false);
    if (!answer.ok) {
      setFault(answer.fault);
      return;
    }
    setFault(undefined);
    setRows([...before, ...answer.data.results]);
    setToken(answer.data.page?.next_token || null);
  };
  useEffect(() => {
    setRows([]);
    setToken('');
    void search('', []);
  }, [key]);
  const done = token === null;
  return (
    <section>
      <h2>{title} {!busy && !fault && <span class="badge">{t.whoCan.count(rows.length, !done)}</span>}</h2>
      {fault && <Failure fault={fault} retry={() => void search(token ?? '', rows)} />}
      {done && rows.length === 0 && <p>{t.whoCan.none}</p>}
      <ul class="changes">
        {rows.map((row) => (
          <li class="row" key={row.id}>
            <PersonName id={row.id} type={row.type} />
            <a class="small" href={href([tenant?.slug ?? '', 'explain'], { p: entityText(row), a: action, r: entityText(thing) })}>{t.whoCan.explain}</a>
          </li>
        ))}
      </ul>
      {busy && <Skeleton lines={3} />}
      {!done && !busy && !fault && <p class="row"><span>{t.whoCan.more}</span><button type="button" onClick={() => void search(token ?? '', rows)}>{t.common.more}</button></p>}
    </section>
  );
}

// Everybody who may do something to a thing, by rules and roles, or who holds a permission by roles.
import { useEffect, useState } from 'preact/hooks';
import { get, type Schemas } from '../api';
import { entityText, parseEntity, type EntityName } from '../entity';
import { usePages } from '../load';
import { amend, useRoute } from '../router';
import { findScopes, searchFor } from '../search';
import { useExplain, useSession } from '../session';
import { t } from '../text';
import { AsCall, quoted } from '../ui/as_call';
import { Field, Select } from '../ui/field';
import { PageHead } from '../ui/page';
import { Paged } from '../ui/paged';
import { PersonName } from '../ui/person';
import { Picker } from '../ui/picker';
import { SaveRows } from '../ui/save_rows';
import { Empty } from '../ui/states';
import { ask } from '../ui/impact';
import { takePath } from './mapping_changes';
import { HolderTable } from './role_holders';
import { Why } from './verdict';

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
  const read = (cursor: string | undefined) => get('/v1/permissions/{scope}/holders', {
    path: { scope }, query: { limit: 100, ...(cursor ? { cursor } : {}) },
  });
  const pages = usePages<Schemas['Holder']>(read, [scope]);
  return (
    <>
      <Paged of={pages} empty={<Empty text={t.whoCan.none} />}>
        <div class="row">
          <span class="badge">{t.whoCan.count(pages.rows.length, !pages.complete)}</span>
          <SaveRows name={scope.replace(':', '-')} columns={['type', 'id', 'name', 'email', 'scopes', 'paths']} read={read} />
        </div>
        <HolderTable holders={pages.rows} role={scope} take={(path, holder) => ask(takePath(holder, path, pages.reload))} />
      </Paged>
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
  const explain = useExplain();
  const read = searchFor(tenant?.id ?? '', { type }, action, thing);
  const pages = usePages<EntityName>(read, [type, action, thing]);
  return (
    <section>
      <h2>{title} {!pages.loading && !pages.fault && <span class="badge">{t.whoCan.count(pages.rows.length, !pages.complete)}</span>}</h2>
      <Paged of={pages} lines={3} empty={<p>{t.whoCan.none}</p>}>
        <div class="row"><SaveRows name={`who-can-${action}`} columns={['type', 'id']} read={read} /></div>
        <ul class="changes">
          {pages.rows.map((row) => (
            <li key={row.id}>
              <span class="row">
                <PersonName id={row.id} type={row.type} />
                <a class="small" href={explain(entityText(row), action, entityText(thing))}>{t.whoCan.explain}</a>
              </span>
              <Why question={{ subject: row, action: { name: action }, resource: thing }} changed={pages.reload} />
            </li>
          ))}
        </ul>
      </Paged>
    </section>
  );
}

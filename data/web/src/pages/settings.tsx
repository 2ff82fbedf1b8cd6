// How the console looks here, what the tenant has and may have, the permissions there are, and the schema.
import { useState } from 'preact/hooks';
import { get, type Schemas } from '../api';
import { useLoad } from '../load';
import { keepLook, readLook, type Look } from '../look';
import { useSession } from '../session';
import { t } from '../text';
import { count } from '../time';
import { AsCall } from '../ui/as_call';
import { Facts, Id, Risk, Scopes, Time } from '../ui/basics';
import { Select } from '../ui/field';
import { PageHead } from '../ui/page';
import { Table } from '../ui/paged';
import { Loaded } from '../ui/states';
import { Tabs } from '../ui/tabs';
import { DecisionSettings } from './decision_settings';
import { SchemaPage } from './schema';
import { Sessions } from './sessions';
import { TenantActs, TenantState } from './tenants';

export function SettingsPage() {
  const { can } = useSession();
  return (
    <>
      <PageHead title={t.settings.title} />
      <Tabs label={t.settings.title} tabs={[
        { key: 'look', name: t.settings.look, show: () => <LookSettings /> },
        { key: 'tenant', name: t.settings.tenant, show: () => <TenantFacts /> },
        { key: 'permissions', name: t.settings.catalogue, show: () => <Catalogue /> },
        ...(can('organization:policymanage') ? [{ key: 'decisions', name: t.activity.decisions, show: () => <DecisionSettings /> }, { key: 'schema', name: t.settings.schema, show: () => <SchemaPage /> }] : []),
        { key: 'sessions', name: t.sessions.title, show: () => <Sessions /> },
        { key: 'you', name: t.settings.you, show: () => <You /> },
      ]} />
    </>
  );
}

function LookSettings() {
  const [look, setLook] = useState<Look>(readLook);
  const set = (part: Partial<Look>): void => {
    const next = { ...look, ...part };
    setLook(next);
    keepLook(next);
  };
  const { themes, densities } = t.settings;
  const licences = document.querySelector<HTMLMetaElement>('meta[name="licences"]')?.content;
  return (
    <div class="narrow">
      <Select label={t.settings.theme} value={look.theme} onInput={(theme) => set({ theme: theme as Look['theme'] })}
        options={[['system', themes.system], ['light', themes.light], ['dark', themes.dark]]} />
      <Select label={t.settings.density} value={look.density} onInput={(density) => set({ density: density as Look['density'] })}
        options={[['normal', densities.normal], ['compact', densities.compact]]} />
      <Select label={t.settings.shortcuts} value={look.shortcuts} onInput={(shortcuts) => set({ shortcuts: shortcuts as Look['shortcuts'] })}
        options={[['on', t.settings.on], ['off', t.settings.off]]} />
      {licences && <a href={licences}>{t.settings.licences}</a>}
    </div>
  );
}

function TenantFacts() {
  const { tenant } = useSession();
  const id = tenant?.id ?? '';
  const its = useLoad(() => get('/v1/tenants/{id}', { path: { id } }), [id]);
  const load = useLoad(() => get('/v1/tenants/{id}/usage', { path: { id } }), [id]);
  const kinds = Object.keys(t.settings.quotas) as (keyof typeof t.settings.quotas)[];
  return (
    <>
      <Loaded of={its}>
        {(one) => (
          <>
            <Facts rows={[
              [t.common.name, one.name], [t.tenants.slug, <code>{one.slug}</code>], [t.tenants.state, <TenantState of={one} />],
              [t.common.created, <Time at={one.created_at} />], [t.common.id, <Id id={id} />],
            ]} />
            <p><TenantActs of={one} reload={its.reload} /></p>
          </>
        )}
      </Loaded>
      <h2>{t.settings.usage}</h2>
      <Loaded of={load}>
        {(usage) => (
          <Table label={t.settings.usage} heads={[
            t.settings.of, { num: t.settings.used },
            { num: t.settings.limit },
          ]}>
            {kinds.map((kind) => (
              <tr key={kind}>
                <th scope="row">{t.settings.quotas[kind]}</th>
                <td class="num">{count(usage[kind].used)}</td><td class="num">{count(usage[kind].limit)}</td>
              </tr>
            ))}
          </Table>
        )}
      </Loaded>
      <AsCall path="/v1/tenants/{id}/usage" values={{ id }} />
    </>
  );
}

function Catalogue() {
  const load = useLoad(() => get('/v1/permissions'), []);
  return (
    <>
      <p class="quiet">{t.settings.catalogueHelp}</p>
      <Loaded of={load}>
        {(list) => (
          <Table label={t.settings.catalogue} heads={[t.settings.scope, t.settings.risk, t.common.description, t.settings.implies]}>
            {list.data.flatMap((group) => group.scopes).map((one) => <OnePermission key={one.scope} of={one} />)}
          </Table>
        )}
      </Loaded>
      <AsCall path="/v1/permissions" />
    </>
  );
}
function OnePermission({ of }: { of: Schemas['Permission'] }) {
  return (
    <tr>
      <th scope="row"><code>{of.scope}</code></th><td><Risk level={of.risk} /></td>
      <td class="words">{of.description ?? of.name}</td><td>{of.implies.length > 0 && <Scopes scopes={of.implies} />}</td>
    </tr>
  );
}

function You() {
  const { me } = useSession();
  return (
    <Facts rows={[
      [t.common.name, me.name], [t.settings.type, t.settings.kinds[me.type]], [t.settings.email, me.email ?? ''],
      [t.common.id, <Id id={me.id} />], [t.settings.scopes, <Scopes scopes={me.scopes} most={100} />],
    ]} />
  );
}

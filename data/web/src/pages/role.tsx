// One role: what it allows, to whom, since when.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { change, get, type Schemas } from '../api';
import { useLoad } from '../load';
import { go } from '../router';
import { useHere } from '../session';
import { t } from '../text';
import { AsCall } from '../ui/as_call';
import { Badge, Facts, Id, Risk, Time } from '../ui/basics';
import { ImpactSheet, removeText, type Asked } from '../ui/impact';
import { NameDialog } from '../ui/name_dialog';
import { Act, PageHead } from '../ui/page';
import { resourceText } from '../ui/paths';
import { AuthorName, GroupName, PersonName } from '../ui/person';
import { Empty, Loaded } from '../ui/states';
import { Tabs } from '../ui/tabs';
import { AuditList } from './audit_list';
import { RoleHolders } from './role_holders';
import { RoleScopes } from './role_scopes';
import { MakeRole } from './roles';

type Role = Schemas['Role'];

export function RolePage({ slug }: { slug: string }) {
  const load = useLoad(() => get('/v1/roles/{slug}', { path: { slug } }), [slug]);
  if (load.data === undefined) {
    return <><PageHead title={slug} /><Loaded of={load}>{() => null}</Loaded></>;
  }
  return <RoleView role={load.data} etag={load.etag ?? ''} reload={load.reload} />;
}

function RoleView({ role, etag, reload }: { role: Role; etag: string; reload: () => void }) {
  const here = useHere();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [copying, setCopying] = useState(false);
  const [editing, setEditing] = useState(false);
  const remove = (): void => setAsked({
    title: t.role.removeTitle(role.name),
    change: change('delete', '/v1/roles/{slug}', { path: { slug: role.slug }, ifMatch: etag, query: { force: true } }),
    confirm: removeText,
    done: t.role.removed,
    danger: true,
    note: <InUse slug={role.slug} />,
    entry: { type: 'role', id: role.slug },
    after: () => go(here('roles')),
  });
  return (
    <>
      <PageHead title={role.name}>
        {role.is_system && <Act needs="organization:rolemanage" onClick={() => setCopying(true)}>{t.role.copyRole}</Act>}
        {!role.is_system && <Act needs="organization:rolemanage" onClick={() => setEditing(true)}>{t.role.details}</Act>}
        {!role.is_system && <Act needs="organization:rolemanage" kind="danger" onClick={remove}>{t.role.remove}</Act>}
      </PageHead>
      <BlastRadius radius={role.blast_radius} />
      {role.is_system && <p class="quiet">{t.role.system}</p>}
      {role.description && <p>{role.description}</p>}
      <Tabs label={t.role.tabs} tabs={[
        { key: 'scopes', name: t.role.scopes, show: () => <RoleScopes role={role} etag={etag} reload={reload} ask={setAsked} /> },
        { key: 'holders', name: t.role.holders, show: () => <RoleHolders role={role} ask={setAsked} /> },
        { key: 'policies', name: t.policies.title, show: () => <RolePolicies slug={role.slug} /> },
        { key: 'history', name: t.role.history, show: () => <AuditList query={{ about: `role:${role.slug}` }} /> },
        { key: 'about', name: t.role.about, show: () => <About role={role} /> },
      ]} />
      <AsCall path="/v1/roles/{slug}" values={{ slug: role.slug }} />
      {asked && <ImpactSheet asked={asked} onClose={() => setAsked(null)} />}
      {copying && <MakeRole from={role} onClose={() => setCopying(false)} />}
      {editing && <Details role={role} etag={etag} onClose={() => setEditing(false)} ask={setAsked} reload={reload} />}
    </>
  );
}

function BlastRadius({ radius }: { radius: Schemas['BlastRadius'] }) {
  return (
    <section class="box raised" aria-label={t.roles.risk}>
      <p class="row"><Risk level={radius.level} /> <span>{radius.summary}</span></p>
      {radius.warnings.length > 0 && <ul>{radius.warnings.map((warning) => <li key={warning}>{warning}</li>)}</ul>}
    </section>
  );
}

// Whom the role would be taken from: each mapping once, to a person or a group.
function InUse({ slug }: { slug: string }) {
  const load = useLoad(() => get('/v1/roles/{slug}/holders', { path: { slug }, query: { limit: 50 } }), [slug]);
  return (
    <Loaded of={load}>
      {(list) => {
        const mappings = new Map<string, ComponentChildren>();
        for (const holder of list.data) {
          for (const path of holder.paths) {
            const group = path.through.at(-1);
            if (!path.mapping_id) continue;
            mappings.set(path.mapping_id, (
              <>{group ? <GroupName id={group.id} /> : <PersonName id={holder.id} type={holder.type} known={holder.name} />}
                {path.resource ? ` · ${resourceText(path.resource)}` : ''} · <Time at={path.expires_at} /></>
            ));
          }
        }
        if (mappings.size === 0) return <p>{t.role.notInUse}</p>;
        return (
          <>
            <p>{t.role.inUse}</p>
            <ul class="changes">{[...mappings].map(([id, shown]) => <li key={id}>{shown}</li>)}</ul>
            {list.has_more && <p class="quiet">{t.role.moreUse}</p>}
          </>
        );
      }}
    </Loaded>
  );
}

// The policies of which a rule names the role.
function RolePolicies({ slug }: { slug: string }) {
  const here = useHere();
  const load = useLoad(() => get('/v1/policies'), []);
  const named = `role::${JSON.stringify(slug)}`;
  return (
    <Loaded of={load}>
      {(list) => {
        const found = list.data.filter((policy) => policy.rules.some((rule) => rule.policy_text.includes(named)));
        if (found.length === 0) return <Empty text={t.role.noPolicies} />;
        return <ul class="changes">{found.map((policy) => <li key={policy.id}><a href={here('policies', policy.id)}>{policy.name}</a></li>)}</ul>;
      }}
    </Loaded>
  );
}

function About({ role }: { role: Role }) {
  const author = role.updated_by ?? role.created_by;
  return (
    <Facts rows={[
      [t.roles.slug, <code>{role.slug}</code>],
      [t.roles.kind, <Badge>{role.is_system ? t.common.system : t.common.custom}</Badge>],
      [t.common.id, <Id id={role.id} />],
      [t.common.created, <Time at={role.created_at} />],
      [t.common.changed, <><Time at={role.updated_at} />{author && <> · <AuthorName id={author} /></>}</>],
    ]} />
  );
}

function Details({ role, etag, onClose, ask, reload }: {
  role: Role; etag: string; onClose: () => void; ask: (asked: Asked) => void; reload: () => void;
}) {
  return (
    <NameDialog of={{ name: role.name, description: role.description ?? null }} need={t.roles.needName} onClose={onClose}
      onSave={(name, description) => ask({
        title: t.role.saveTitle(role.name),
        change: change('patch', '/v1/roles/{slug}', { path: { slug: role.slug }, ifMatch: etag, body: { name, description } }),
        confirm: () => t.impact.justSave,
        done: t.role.saved,
        entry: { type: 'role', id: role.slug },
        after: reload,
      })} />
  );
}

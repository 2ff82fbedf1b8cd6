// One group: who is in it, and what they get by it.
import { useState } from 'preact/hooks';
import { change, get, type Schemas } from '../api';
import { useLoad } from '../load';
import { go } from '../router';
import { useHere } from '../session';
import { t } from '../text';
import { AsCall } from '../ui/as_call';
import { Badge, Id, Time } from '../ui/basics';
import { ImpactSheet, removeText, saveText, type Asked } from '../ui/impact';
import { NameDialog } from '../ui/name_dialog';
import { Act, PageHead } from '../ui/page';
import { Loaded } from '../ui/states';
import { Tabs } from '../ui/tabs';
import { AuditList } from './audit_list';
import { EffectiveAccess } from './effective';
import { GroupMembers } from './group_members';
import { GroupRoles } from './group_roles';

type Group = Schemas['Group'];

export function GroupPage({ id }: { id: string }) {
  const load = useLoad(() => get('/v1/groups/{id}', { path: { id } }), [id]);
  if (load.data === undefined) return <><PageHead title={t.groups.title} /><Loaded of={load}>{() => null}</Loaded></>;
  return <GroupView group={load.data} etag={load.etag ?? ''} reload={load.reload} />;
}

function GroupView({ group, etag, reload }: { group: Group; etag: string; reload: () => void }) {
  const here = useHere();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [editing, setEditing] = useState(false);
  const remove = (): void => setAsked({
    title: t.group.removeGroupTitle(group.name),
    change: change('delete', '/v1/groups/{id}', { path: { id: group.id }, ifMatch: etag, query: { force: true } }),
    confirm: removeText,
    done: t.group.groupRemoved,
    danger: true,
    entry: { type: 'group', id: group.id },
    after: () => go(here('groups')),
  });
  const on = group.state === 'enabled';
  const turn = (): void => setAsked({
    title: t.policy.turnTitle(group.name, !on),
    change: change('patch', '/v1/groups/{id}', {
      path: { id: group.id }, ifMatch: etag, body: { state: on ? 'disabled' : 'enabled' },
    }),
    confirm: on ? removeText : saveText,
    done: t.group.turned,
    danger: on,
    entry: { type: 'group', id: group.id },
    after: reload,
  });
  return (
    <>
      <PageHead title={group.name}>
        <Act needs="group:update" onClick={() => setEditing(true)}>{t.role.details}</Act>
        <Act needs="group:update" onClick={turn}>{on ? t.policy.turnOff : t.policy.turnOn}</Act>
        <Act needs="group:delete" kind="danger" onClick={remove}>{t.group.remove}</Act>
      </PageHead>
      {group.source === 'scim' && <p class="row"><Badge>{t.groups.sources.scim}</Badge> {t.group.scim}</p>}
      {!on && <p class="row"><Badge kind="warn">{t.policies.disabled}</Badge> {t.group.off}</p>}
      {group.description && <p>{group.description}</p>}
      <Tabs label={t.group.tabs} tabs={[
        { key: 'members', name: t.group.members, show: () => <GroupMembers group={group} ask={setAsked} /> },
        { key: 'roles', name: t.group.roles, show: () => <GroupRoles group={group} ask={setAsked} /> },
        { key: 'access', name: t.group.access, show: () => <EffectiveAccess kind="groups" id={group.id} nothing={t.group.noAccess} /> },
        { key: 'history', name: t.group.history, show: () => <AuditList query={{ about: `group:${group.id}` }} /> },
      ]} />
      <p class="row quiet small"><Id id={group.id} /><span>{t.common.created} <Time at={group.created_at} /></span></p>
      <AsCall path="/v1/groups/{id}" values={{ id: group.id }} />
      {editing && <Details group={group} etag={etag} onClose={() => setEditing(false)} ask={setAsked} reload={reload} />}
      {asked && <ImpactSheet asked={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

function Details({ group, etag, onClose, ask, reload }: {
  group: Group; etag: string; onClose: () => void; ask: (asked: Asked) => void; reload: () => void;
}) {
  return (
    <NameDialog of={{ name: group.name, description: group.description ?? null }} need={t.groups.needName} onClose={onClose}
      onSave={(name, description) => ask({
        title: t.role.saveTitle(group.name),
        change: change('patch', '/v1/groups/{id}', {
          path: { id: group.id }, ifMatch: etag,
          // A provider's name stays as it is, so it isn't sent.
          body: { ...(name === group.name ? {} : { name }), description },
        }),
        confirm: () => t.impact.justSave,
        done: t.group.saved,
        entry: { type: 'group', id: group.id },
        after: reload,
      })} />
  );
}

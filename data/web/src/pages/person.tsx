// One person: what they can do and why, and what they did.
import { useState } from 'preact/hooks';
import { change, get, type Schemas } from '../api';
import { useLoad, usePages } from '../load';
import { go, href } from '../router';
import { findGroups } from '../search';
import { useExplain, useHere, useSession } from '../session';
import { t } from '../text';
import { AsCall } from '../ui/as_call';
import { Badge, Facts, Id, Time } from '../ui/basics';
import { ImpactSheet, saveText, removeText, type Asked } from '../ui/impact';
import { Act, PageHead } from '../ui/page';
import { Paged, Table } from '../ui/paged';
import type { Option } from '../ui/picker';
import { Empty, Loaded } from '../ui/states';
import { Tabs } from '../ui/tabs';
import { AuditList } from './audit_list';
import { EffectiveAccess } from './effective';
import { GiveRoleTo } from './give';
import { PickMember } from './group_members';
import { Sessions } from './sessions';

type User = Schemas['User'];

export function PersonPage({ id }: { id: string }) {
  const load = useLoad(() => get('/v1/users/{id}', { path: { id } }), [id]);
  if (load.data === undefined) return <><PageHead title={t.people.title} /><Loaded of={load}>{() => null}</Loaded></>;
  return <PersonView user={load.data} etag={load.etag ?? ''} reload={load.reload} />;
}

function PersonView({ user, etag, reload }: { user: User; etag: string; reload: () => void }) {
  const here = useHere();
  const { tenant } = useSession();
  const explain = useExplain();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [giving, setGiving] = useState(false);
  // Counts what was given, so that the list of what is held is read again.
  const [round, setRound] = useState(0);
  const entry = { type: 'user', id: user.id };
  const suspend = (): void => setAsked({
    title: user.active ? t.person.suspendTitle(user.name) : t.person.activateTitle(user.name),
    change: change('post', '/v1/users/{id}/suspend', { path: { id: user.id }, ifMatch: etag, body: { active: !user.active } }),
    confirm: () => (user.active ? t.person.suspendNow : t.person.activateNow),
    done: user.active ? t.person.suspendedDone : t.person.activated,
    danger: user.active,
    entry,
    after: reload,
  });
  const remove = (): void => setAsked({
    title: t.person.removeTitle(user.name),
    change: change('delete', '/v1/users/{id}', { path: { id: user.id }, ifMatch: etag, query: { force: true } }),
    confirm: removeText,
    done: t.person.removed,
    danger: true,
    entry,
    after: () => go(here('people')),
  });
  return (
    <>
      <PageHead title={user.name}>
        <a class="button" href={explain(`user:${user.id}`)}>{t.person.explain}</a>
        <a class="button" href={href([tenant?.slug ?? '', 'what-can'], { p: `user:${user.id}` })}>{t.person.whatCan}</a>
        <a class="button" href={href([tenant?.slug ?? '', 'compare'], { a: user.id, an: user.name })}>{t.compare.title}</a>
        <Act needs="organization:usermanage" onClick={suspend}>{user.active ? t.person.suspend : t.person.activate}</Act>
        <Act needs="organization:usermanage" kind="danger" onClick={remove}>{t.person.remove}</Act>
      </PageHead>
      <p class="row">
        <span>{user.email}</span>
        {!user.active && <Badge kind="warn">{t.people.suspended}</Badge>}
        {user.is_owner && <Badge kind="admin">{t.person.owner}</Badge>}
      </p>
      <Tabs label={t.person.tabs} tabs={[
        {
          key: 'access', name: t.person.access, show: () => (
            <>
              <p class="row">
                <Act needs="organization:policymanage" kind="primary" onClick={() => setGiving(true)}>{t.person.giveRole}</Act>
              </p>
              <EffectiveAccess key={`${etag}${round}`} kind="users" id={user.id} nothing={t.person.nothing} ask={setAsked} />
            </>
          ),
        },
        { key: 'groups', name: t.person.groups, show: () => <PersonGroups user={user} ask={setAsked} reload={reload} /> },
        { key: 'keys', name: t.person.keys, show: () => <PersonKeys user={user} /> },
        { key: 'history', name: t.person.did, show: () => <AuditList query={{ actor_id: user.id }} /> },
        { key: 'done', name: t.person.wasDone, show: () => <AuditList query={{ about: `user:${user.id}` }} /> },
        {
          key: 'about', name: t.role.about, show: () => (
            <Facts rows={[
              [t.common.id, <Id id={user.id} />], [t.person.provider, user.auth_provider],
              [t.common.created, <Time at={user.created_at} />], [t.common.changed, <Time at={user.updated_at} />],
            ]} />
          ),
        },
      ]} />
      <AsCall path="/v1/users/{id}" values={{ id: user.id }} />
      {giving && (
        <GiveRoleTo to={{ type: 'user', id: user.id, name: user.name }} onClose={() => setGiving(false)} ask={setAsked}
          after={() => setRound(round + 1)} />
      )}
      {asked && <ImpactSheet asked={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

// Keys that this person made act as themselves, so they outlive a suspension; sessions don't.
function PersonKeys({ user }: { user: User }) {
  const here = useHere();
  const pages = usePages<Schemas['ApiKey']>(async (cursor) => {
    const answer = await get('/v1/api-keys', { query: { limit: 100, ...(cursor ? { cursor } : {}) } });
    if (!answer.ok) return answer;
    const made = answer.data.data.filter((one) => one.created_by === user.id && !one.revoked_at);
    return { ...answer, data: { ...answer.data, data: made } };
  }, [user.id]);
  return (
    <>
      <h2>{t.person.keysMade}</h2>
      <Paged of={pages} empty={<Empty text={t.person.noKeys} />}>
        <ul class="paths">
          {pages.rows.map((one) => (
            <li class="row" key={one.id}><a href={here('machines', one.id)}>{one.name}</a> <Time at={one.expires_at} /></li>
          ))}
        </ul>
      </Paged>
      <h2>{t.sessions.title}</h2>
      <Sessions owner={user.id} />
    </>
  );
}

function PersonGroups({ user, ask, reload }: { user: User; ask: (asked: Asked) => void; reload: () => void }) {
  const here = useHere();
  const [adding, setAdding] = useState(false);
  const join = (group: Option): void => ask({
    title: t.group.addTitle(user.name, group.name),
    change: change('post', '/v1/groups/{id}/members', { path: { id: group.key }, body: { user_id: user.id } }),
    confirm: saveText,
    done: t.group.added,
    entry: { type: 'group', id: group.key },
    after: reload,
  });
  const add = <Act needs="group:update" kind="primary" onClick={() => setAdding(true)}>{t.person.join}</Act>;
  const dialog = adding && (
    <PickMember label={t.role.group} title={t.person.join} search={findGroups} onPick={join} onClose={() => setAdding(false)} />
  );
  if (user.groups.length === 0) return <><Empty text={t.person.noGroups}>{add}</Empty>{dialog}</>;
  const leave = (group: Schemas['GroupName']): void => ask({
    title: t.person.leaveTitle(group.name),
    change: change('delete', '/v1/groups/{id}/members/{user_id}', { path: { id: group.id, user_id: user.id } }),
    confirm: removeText,
    done: t.person.left,
    danger: true,
    entry: { type: 'group', id: group.id },
    after: reload,
  });
  return (
    <>
      <p class="row">{add}</p>
      {dialog}
      <Table label={t.person.groups} heads={[t.role.group, t.common.actions]}>
        {user.groups.map((group) => (
          <tr key={group.id}>
            <th scope="row"><a href={here('groups', group.id)}>{group.name}</a></th>
            <td><Act needs="group:update" onClick={() => leave(group)} label={`${t.person.leave} ${group.name}`}>{t.person.leave}</Act></td>
          </tr>
        ))}
      </Table>
    </>
  );
}

// Entries of the audit log, newest first; an entry opens with what was before and after.
import { useState } from 'preact/hooks';
import { get, type Answer, type Schemas } from '../api';
import { usePages } from '../load';
import { useExplain, useHere } from '../session';
import { t } from '../text';
import { count, when } from '../time';
import { Badge, Copy, Facts, Time } from '../ui/basics';
import { Dialog } from '../ui/dialog';
import type { Column } from '../ui/grid';
import { ask, undoOf } from '../ui/impact';
import { Act } from '../ui/page';
import { PagedGrid } from '../ui/paged';
import { PersonName } from '../ui/person';
import { SaveRows } from '../ui/save_rows';
import { Empty } from '../ui/states';

export type Entry = Schemas['AuditEntry'];
export interface AuditQuery {
  actor_id?: string;
  resource_type?: string;
  resource_id?: string;
  about?: string;
  action?: string;
  outcome?: 'allowed' | 'refused' | '';
  from?: string;
  to?: string;
}

export function actorName(entry: Entry): string {
  return entry.actor_name || entry.actor_id || t.activity.server;
}
export type GivenQuery = Omit<AuditQuery, 'outcome'> & { outcome?: 'allowed' | 'refused' };
export function given(query: AuditQuery): GivenQuery {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value)) as GivenQuery;
}

const kColumns = ['seq', 'revision', 'created_at', 'actor_name', 'actor_id', 'actor_type', 'action', 'resource_type', 'resource_id', 'outcome', 'request_id', 'ip', 'metadata', 'hash'];

export function AuditList({ query }: { query: AuditQuery }) {
  const [shown, setShown] = useState<Entry | null>(null);
  const read = (cursor: string | undefined): Promise<Answer<Schemas['AuditLog']>> =>
    get('/v1/audit-log', { query: { limit: 250, ...given(query), ...(cursor ? { cursor } : {}) } });
  const pages = usePages<Entry>(read, [query]);
  const columns: Column<Entry>[] = [
    { name: t.activity.when, width: '200px', cell: (entry) => when(entry.created_at) },
    { name: t.activity.who, width: 'minmax(150px, 1fr)', cell: (entry) => actorName(entry) },
    { name: t.activity.what, width: 'minmax(160px, 1fr)', cell: (entry) => <code>{entry.action}</code> },
    { name: t.activity.object, width: 'minmax(200px, 1.5fr)', cell: (entry) => objectName(entry) },
    { name: t.activity.outcome, width: '130px', cell: (entry) => <Outcome entry={entry} /> },
  ];
  return (
    <>
      <PagedGrid of={pages} empty={<Empty text={t.activity.empty} />} label={t.activity.title} columns={columns}
        keyOf={(entry) => entry.id} open={setShown} />
      {pages.rows.length > 0 && <div class="row"><SaveRows name="audit-log" columns={kColumns} read={read} kinds={['csv', 'jsonl']} /></div>}
      {shown && <EntryDialog entry={shown} onClose={() => setShown(null)} />}
    </>
  );
}

function objectName(entry: Entry): string {
  const change = (entry.metadata.after ?? entry.metadata.before) as { name?: unknown; email?: unknown } | null | undefined;
  const name = change && typeof change === 'object' ? change.name ?? change.email : undefined;
  return `${entry.resource_type} ${typeof name === 'string' ? name : entry.resource_id}`;
}

function Outcome({ entry }: { entry: Entry }) {
  const times = entry.count && entry.count > 1 ? ` ${t.activity.times(entry.count)}` : '';
  return entry.outcome === 'refused'
    ? <Badge kind="bad">{t.activity.wasRefused}{times}</Badge>
    : <Badge kind="good">{t.activity.allowed}{times}</Badge>;
}

function EntryDialog({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const explain = useExplain();
  const { revision } = entry;
  const undo = (): void => {
    onClose();
    if (revision) ask(undoOf(revision, t.revisions.called(revision)));
  };
  // Whom it was about, as of then.
  const who = entry.resource_type === 'user' ? entry.resource_id : entry.actor_type === 'user' ? entry.actor_id : null;
  return (
    <Dialog title={`${t.activity.entry} ${entry.seq}`} onClose={onClose} onSubmit={onClose}>
      <Facts rows={[
        [t.activity.when, <Time at={entry.created_at} />],
        [t.activity.who, entry.actor_id && entry.actor_type === 'user'
          ? <PersonName id={entry.actor_id} type="user" known={entry.actor_name} /> : actorName(entry)],
        [t.activity.what, <code>{entry.action}</code>],
        [t.activity.object, <ObjectLink entry={entry} />],
        [t.activity.outcome, <Outcome entry={entry} />],
        [t.activity.policies, entry.policies.join(', ')],
        [t.activity.address, entry.ip],
        ...(revision ? [[t.health.revision, count(revision)] as [string, string]] : []),
        [t.states.requestId, <code class="small">{entry.request_id}</code>],
        [t.activity.hash, <span class="row"><code class="small">{entry.hash}</code><Copy text={entry.hash} label={t.common.copyId} /></span>],
        [t.activity.prevHash, <code class="small">{entry.prev_hash}</code>],
      ]} />
      <Diff before={entry.metadata.before} after={entry.metadata.after} />
      <div class="acts">
        {who && <a class="button" href={explain(`user:${who}`, '', '', entry.created_at)} onClick={onClose}>{t.activity.explainThen}</a>}
        {revision && !kFinal.includes(entry.resource_type) && <Act needs="organization:get" onClick={undo}>{t.impact.undo}</Act>}
        <button type="submit">{t.common.close}</button>
      </div>
    </Dialog>
  );
}

// What can't be taken back.
const kFinal = ['session', 'backup'];
const kPages: Record<string, string> = { role: 'roles', group: 'groups', user: 'people', service_user: 'machines', policy: 'policies' };
function ObjectLink({ entry }: { entry: Entry }) {
  const here = useHere();
  const page = kPages[entry.resource_type];
  return page ? <a href={here(page, entry.resource_id)}>{objectName(entry)}</a> : <>{objectName(entry)}</>;
}

// Whatever is not the same in both, a line for each.
export function changedFields(before: unknown, after: unknown): [string, string, string][] {
  const is = (value: unknown): Record<string, unknown> =>
    (value && typeof value === 'object' && !Array.isArray(value) ? value : {}) as Record<string, unknown>;
  const [was, now] = [is(before), is(after)];
  const text = (value: unknown): string =>
    value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value);
  return [...new Set([...Object.keys(was), ...Object.keys(now)])].sort()
    .map((name): [string, string, string] => [name, text(was[name]), text(now[name])])
    .filter(([, one, other]) => one !== other);
}
function Diff({ before, after }: { before: unknown; after: unknown }) {
  const rows = changedFields(before, after);
  if (rows.length === 0) return <p class="quiet">{t.activity.noDiff}</p>;
  return (
    <div class="diff">
      <strong>{t.activity.member}</strong><strong>{t.activity.before}</strong><strong>{t.activity.after}</strong>
      {rows.map(([name, was, is]) => [
        <span key={name}>{name}</span>,
        <span key={`${name}-`} class={was ? 'was' : ''}>{was}</span>,
        <span key={`${name}+`} class={is ? 'is' : ''}>{is}</span>,
      ])}
    </div>
  );
}

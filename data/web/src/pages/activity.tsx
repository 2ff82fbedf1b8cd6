// Who did what, what was decided, and what was refused. What is filtered by is in the address.
import { get } from '../api';
import { useLoad, useSettled } from '../load';
import { amend, useRoute } from '../router';
import { t } from '../text';
import { AsCall } from '../ui/as_call';
import { Field, Select } from '../ui/field';
import { PageHead } from '../ui/page';
import { Tabs } from '../ui/tabs';
import { localText } from '../ui/expiry';
import { AuditList, given, type AuditQuery } from './audit_list';
import { Decisions } from './decisions';
import { Revisions } from './revisions';
import { Verification } from './verification';

const kKinds = ['role', 'group', 'user', 'service_user', 'api_key', 'policy', 'rule', 'entity', 'schema', 'grant', 'mapping', 'member', 'session', 'tenant'];

export function ActivityPage() {
  return (
    <>
      <PageHead title={t.activity.title} />
      <Verification />
      <Tabs label={t.activity.tabs} tabs={[
        { key: 'changes', name: t.activity.changes, show: () => <Changes /> },
        { key: 'decisions', name: t.activity.decisions, show: () => <Decisions /> },
        { key: 'undo', name: t.revisions.title, show: () => <Revisions /> },
        { key: 'refused', name: t.activity.refused, show: () => <Changes outcome="refused" /> },
      ]} />
    </>
  );
}

export function TimeField({ name, label }: { name: string; label: string }) {
  const { query } = useRoute();
  return (
    <Field label={label} type="datetime-local" value={localText(query[name] ?? null)}
      onInput={(text) => amend({ [name]: text ? new Date(text).toISOString() : '' })} />
  );
}

function Changes({ outcome }: { outcome?: 'refused' }) {
  const { query } = useRoute();
  const now: AuditQuery = given({
    actor_id: query['actor_id'] ?? '', resource_type: query['resource_type'] ?? '', resource_id: query['resource_id'] ?? '',
    about: query['about'] ?? '', action: query['action'] ?? '', from: query['from'] ?? '', to: query['to'] ?? '',
    outcome: outcome ?? (query['outcome'] as AuditQuery['outcome'] | '') ?? '',
  });
  const asked = useSettled(now, 300);
  return (
    <>
      <div class="filters">
        <Select label={t.activity.kind} value={query['resource_type'] ?? ''} onInput={(text) => amend({ resource_type: text })}
          options={[['', t.activity.anyKind], ...kKinds.map((kind): [string, string] => [kind, kind])]} />
        <Field label={t.activity.objectId} value={query['resource_id'] ?? ''} onInput={(text) => amend({ resource_id: text })} />
        <Field label={t.activity.action} value={query['action'] ?? ''} onInput={(text) => amend({ action: text })} />
        <Field label={t.activity.about} value={query['about'] ?? ''} onInput={(text) => amend({ about: text })} placeholder={t.activity.aboutHint} />
        <Field label={t.activity.by} value={query['actor_id'] ?? ''} onInput={(text) => amend({ actor_id: text })} />
        {!outcome && (
          <Select label={t.activity.outcome} value={query['outcome'] ?? ''} onInput={(text) => amend({ outcome: text })}
            options={[['', t.activity.any], ['allowed', t.activity.allowed], ['refused', t.activity.wasRefused]]} />
        )}
        <TimeField name="from" label={t.activity.from} />
        <TimeField name="to" label={t.activity.to} />
      </div>
      <AuditList query={asked} />
      <AsCall path="/v1/audit-log" query={asked} />
    </>
  );
}

// Whether decisions are recorded at all; null for whoever may not know.
export function useRecording(allowed: boolean): boolean | null {
  const load = useLoad(() => get('/v1/decisions/settings'), [allowed]);
  if (!allowed || !load.data) return null;
  return load.data.log !== 'off';
}

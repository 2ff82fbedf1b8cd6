// What was decided, as the tenant's log of decisions has it.
import { useState } from 'preact/hooks';
import { get, type Schemas } from '../api';
import { entityText } from '../entity';
import { useLoad, usePages, useSettled } from '../load';
import { amend, useRoute } from '../router';
import { useExplain, useSession } from '../session';
import { t } from '../text';
import { when } from '../time';
import { AsCall } from '../ui/as_call';
import { Badge, Facts, Time } from '../ui/basics';
import { Dialog } from '../ui/dialog';
import { Field, Select } from '../ui/field';
import type { Column } from '../ui/grid';
import { PagedGrid } from '../ui/paged';
import { SubjectText } from '../ui/person';
import { Empty, Loaded } from '../ui/states';
import { TimeField, useRecording } from './activity';

type Decision = Schemas['LoggedDecision'];
const named = (thing: { type?: string; id?: string }): string => entityText({ type: thing.type ?? '', id: thing.id ?? '' });

export function Decisions() {
  const { query } = useRoute();
  const { can } = useSession();
  const recording = useRecording(can('organization:policymanage'));
  const [shown, setShown] = useState<Decision | null>(null);
  const decision = query['decision'];
  const asked = useSettled({
    ...(query['subject'] ? { subject: query['subject'] } : {}),
    ...(query['act'] ? { action: query['act'] } : {}),
    ...(query['resource'] ? { resource: query['resource'] } : {}),
    ...(decision ? { decision: decision === 'true' } : {}),
    ...(query['from'] ? { from: query['from'] } : {}),
    ...(query['to'] ? { to: query['to'] } : {}),
  }, 300);
  const pages = usePages<Decision>((cursor) => get('/v1/decisions', {
    query: { limit: 100, ...asked, ...(cursor ? { cursor } : {}) },
  }), [asked]);
  const columns: Column<Decision>[] = [
    { name: t.activity.when, width: '200px', cell: (one) => when(one.time) },
    { name: t.activity.decision, width: '100px', cell: (one) => <Answer given={one.decision} /> },
    { name: t.activity.subject, width: 'minmax(200px, 1.4fr)', cell: (one) => <SubjectText type={one.subject.type ?? ''} id={one.subject.id ?? ''} /> },
    { name: t.activity.action, width: 'minmax(100px, .7fr)', cell: (one) => <code>{one.action.name}</code> },
    { name: t.activity.resource, width: 'minmax(160px, 1.2fr)', cell: (one) => named(one.resource) },
  ];
  return (
    <>
      <div class="filters">
        <Field label={t.activity.subject} value={query['subject'] ?? ''} onInput={(text) => amend({ subject: text })} />
        <Field label={t.activity.action} value={query['act'] ?? ''} onInput={(text) => amend({ act: text })} />
        <Field label={t.activity.resource} value={query['resource'] ?? ''} onInput={(text) => amend({ resource: text })} />
        <Select label={t.activity.decision} value={decision ?? ''} onInput={(text) => amend({ decision: text })}
          options={[['', t.activity.any], ['true', t.activity.permitted], ['false', t.activity.denied]]} />
        <TimeField name="from" label={t.activity.from} />
        <TimeField name="to" label={t.activity.to} />
      </div>
      <PagedGrid of={pages} empty={<Empty text={recording === false ? t.activity.logOff : t.activity.empty} />}
        label={t.activity.decisions} columns={columns} keyOf={(one) => one.id} open={setShown} />
      <AsCall path="/v1/decisions" query={asked} />
      {shown && <DecisionDialog of={shown} onClose={() => setShown(null)} />}
    </>
  );
}

function Answer({ given }: { given: boolean }) {
  return <Badge kind={given ? 'good' : 'bad'}>{given ? t.activity.permitted : t.activity.denied}</Badge>;
}

function DecisionDialog({ of, onClose }: { of: Decision; onClose: () => void }) {
  const explain = useExplain();
  const why = useLoad(() => get('/v1/decisions/{id}/explain', { path: { id: of.id } }), [of.id]);
  const asked = [named(of.subject), of.action.name ?? '', named(of.resource)] as const;
  return (
    <Dialog title={t.activity.decision} onClose={onClose} onSubmit={onClose}>
      <Facts rows={[
        [t.activity.when, <Time at={of.time} />], [t.activity.decision, <Answer given={of.decision} />],
        [t.activity.subject, <SubjectText type={of.subject.type ?? ''} id={of.subject.id ?? ''} />], [t.activity.action, <code>{of.action.name}</code>],
        [t.activity.resource, named(of.resource)], [t.states.requestId, <code class="small">{of.request_id}</code>],
      ]} />
      <h3>{t.activity.why}</h3>
      <Loaded of={why}>
        {(found) => (
          <>
            <p>{found.sentence}</p>
            {found.rules.map((rule) => rule.policy_text && <pre key={rule.rule_id}>{rule.policy_text}</pre>)}
          </>
        )}
      </Loaded>
      <div class="acts"><a class="button" href={explain(...asked, of.time)} onClick={onClose}>{t.activity.explainThen}</a><a class="button" href={explain(...asked)} onClick={onClose}>{t.activity.explainNow}</a><button type="submit">{t.common.close}</button></div>
    </Dialog>
  );
}

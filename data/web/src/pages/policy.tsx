// One policy: its rules in their order, each of which can be edited, and whether it is asked at all.
import { useState } from 'preact/hooks';
import { change, get, type Schemas } from '../api';
import { useLoad } from '../load';
import { go } from '../router';
import { useHere } from '../session';
import { t } from '../text';
import { AsCall } from '../ui/as_call';
import { Badge, Facts, Id, Time } from '../ui/basics';
import { Acts, Dialog } from '../ui/dialog';
import { Field } from '../ui/field';
import { flipText, ImpactSheet, type Asked } from '../ui/impact';
import { Act, PageHead } from '../ui/page';
import { Empty, Loaded } from '../ui/states';
import { Tabs } from '../ui/tabs';
import { AuditList } from './audit_list';
import { EditRule, RuleEditor } from './rule_editor';

type Policy = Schemas['Policy'];
type Rule = Schemas['Rule'];

export function PolicyPage({ id }: { id: string }) {
  const load = useLoad(() => get('/v1/policies/{id}', { path: { id } }), [id]);
  if (load.data === undefined) return <><PageHead title={t.policies.title} /><Loaded of={load}>{() => null}</Loaded></>;
  return <PolicyView policy={load.data} etag={load.etag ?? ''} reload={load.reload} />;
}

function PolicyView({ policy, etag, reload }: { policy: Policy; etag: string; reload: () => void }) {
  const here = useHere();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [editing, setEditing] = useState(false);
  const path = { id: policy.id };
  const entry = { type: 'policy', id: policy.id };
  const turn = (): void => setAsked({
    title: t.policy.turnTitle(policy.name, !policy.enabled),
    change: change('patch', '/v1/policies/{id}', { path, ifMatch: etag, body: { enabled: !policy.enabled } }),
    confirm: flipText, done: t.policy.turned, danger: policy.enabled, entry, after: reload,
  });
  const remove = (): void => setAsked({
    title: t.policy.removeTitle(policy.name),
    change: change('delete', '/v1/policies/{id}', { path, ifMatch: etag }),
    confirm: flipText, done: t.policy.removed, danger: true, entry, after: () => go(here('policies')),
  });
  return (
    <>
      <PageHead title={policy.name}>
        {!policy.built_in && <Act needs="organization:policymanage" onClick={() => setEditing(true)}>{t.policy.details}</Act>}
        <Act needs="organization:policymanage" onClick={turn}>{policy.enabled ? t.policy.turnOff : t.policy.turnOn}</Act>
        {!policy.built_in && <Act needs="organization:policymanage" kind="danger" onClick={remove}>{t.policy.remove}</Act>}
      </PageHead>
      <p class="row">
        <Badge kind={policy.enabled ? 'good' : 'warn'}>{policy.enabled ? t.policies.enabled : t.policies.disabled}</Badge>
        <span>{policy.priority === null ? t.policies.last : t.explain.priority(policy.priority)}</span>
      </p>
      {policy.description && <p>{policy.description}</p>}
      {policy.built_in && <p class="quiet">{t.policy.builtIn}</p>}
      {!policy.built_in && (
        <Tabs label={t.policy.tabs} tabs={[
          { key: 'rules', name: t.policy.rules, show: () => <Rules policy={policy} ask={setAsked} reload={reload} /> },
          { key: 'history', name: t.policy.history, show: () => <AuditList query={{ about: `policy:${policy.id}` }} /> },
          {
            key: 'about', name: t.policy.about, show: () => (
              <Facts rows={[
                [t.common.id, <Id id={policy.id} />],
                [t.common.created, <Time at={policy.created_at} />], [t.common.changed, <Time at={policy.updated_at} />],
              ]} />
            ),
          },
        ]} />
      )}
      <AsCall path="/v1/policies/{id}" values={path} />
      {editing && <Details policy={policy} etag={etag} onClose={() => setEditing(false)} ask={setAsked} reload={reload} />}
      {asked && <ImpactSheet asked={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

function Rules({ policy, ask, reload }: { policy: Policy; ask: (asked: Asked) => void; reload: () => void }) {
  // The id of the rule that is edited; '' for one that is added.
  const [open, setOpen] = useState<string | null>(null);
  const add = (
    <Act needs="organization:policymanage" kind="primary" disabled={open !== null} onClick={() => setOpen('')}>{t.policy.add}</Act>
  );
  const saved = (): void => {
    setOpen(null);
    reload();
  };
  const move = (index: number, by: number): void => {
    const ids = policy.rules.map((rule) => rule.id);
    const [moved] = ids.splice(index, 1);
    ids.splice(index + by, 0, moved ?? '');
    ask({
      title: t.policy.moveTitle,
      change: change('patch', '/v1/policies/{id}/rules/reorder', { path: { id: policy.id }, body: { ids } }),
      confirm: flipText, done: t.policy.saved, entry: { type: 'policy', id: policy.id }, after: reload,
    });
  };
  const remove = (rule: Rule): void => ask({
    title: t.policy.removeRule,
    change: change('delete', '/v1/policies/{id}/rules/{rule_id}', { path: { id: policy.id, rule_id: rule.id } }),
    confirm: flipText, done: t.policy.ruleRemoved, danger: true, note: <pre>{rule.policy_text}</pre>,
    entry: { type: 'rule', id: rule.id }, after: reload,
  });
  return (
    <>
      {policy.rules.length > 0 && open !== '' && <p class="row">{add}</p>}
      {policy.rules.length === 0 && open === null && <Empty text={t.policy.first}>{add}</Empty>}
      {open === '' && <RuleEditor policy={policy.id} rule={null} ask={ask} onClose={() => setOpen(null)} onSaved={saved} />}
      {policy.rules.map((rule, index) => (
        <article class="box" key={rule.id} aria-label={t.policy.ordinal(index + 1)}>
          <div class="row">
            <strong>{t.policy.ordinal(index + 1)}</strong>
            <Badge kind={rule.effect === 'permit' ? 'good' : 'bad'}>{t.explain[rule.effect]}</Badge>
            <span class="row push">
              <Act needs="organization:policymanage" disabled={index === 0} onClick={() => move(index, -1)}>{t.policy.up}</Act>
              <Act needs="organization:policymanage" disabled={index === policy.rules.length - 1} onClick={() => move(index, 1)}>{t.policy.down}</Act>
              <Act needs="organization:policymanage" disabled={open !== null} onClick={() => setOpen(rule.id)}>{t.policy.edit}</Act>
              <Act needs="organization:policymanage" kind="danger" onClick={() => remove(rule)}>{t.common.remove}</Act>
            </span>
          </div>
          {open === rule.id
            ? <EditRule policy={policy.id} id={rule.id} ask={ask} onClose={() => setOpen(null)} onSaved={saved} />
            : <pre>{rule.policy_text}</pre>}
          {rule.warnings.map((warning) => <p class="small" key={warning}>{warning}</p>)}
        </article>
      ))}
    </>
  );
}

function Details({ policy, etag, onClose, ask, reload }: {
  policy: Policy; etag: string; onClose: () => void; ask: (asked: Asked) => void; reload: () => void;
}) {
  const [name, setName] = useState(policy.name);
  const [priority, setPriority] = useState(String(policy.priority ?? 0));
  const [description, setDescription] = useState(policy.description ?? '');
  const whole = /^-?\d+$/.test(priority);
  const submit = (): void => {
    if (name.trim() === '' || !whole) return;
    onClose();
    ask({
      title: t.role.saveTitle(policy.name),
      change: change('patch', '/v1/policies/{id}', {
        path: { id: policy.id }, ifMatch: etag,
        body: { name: name.trim(), priority: Number(priority), description: description || null },
      }),
      confirm: flipText, done: t.policy.detailsSaved, entry: { type: 'policy', id: policy.id }, after: reload,
    });
  };
  return (
    <Dialog title={t.policy.details} onClose={onClose} onSubmit={submit}>
      <Field label={t.common.name} value={name} onInput={setName} required autoFocus maxLength={200}
        wrong={name.trim() === '' ? t.policies.needName : undefined} />
      <Field label={t.policies.priority} value={priority} onInput={setPriority} hint={t.policies.priorityHint}
        wrong={whole ? undefined : t.policies.priorityHint} />
      <Field label={t.common.description} value={description} onInput={setDescription} long />
      <Acts name={t.policy.save} />
    </Dialog>
  );
}

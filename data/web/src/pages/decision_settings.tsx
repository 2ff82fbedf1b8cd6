// Which decisions are recorded, for how long and with what left out, what answers say of their reasons, and how rules
// are evaluated. Tests of policies are asked of it by the server before it is saved; where somebody else saved first
// both versions are shown.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { call, get, type Fault } from '../api';
import { useLoad } from '../load';
import { askBeforeLeaving } from '../router';
import { t } from '../text';
import { count } from '../time';
import { AsCall } from '../ui/as_call';
import { Facts } from '../ui/basics';
import { Field, Select, wrongAt } from '../ui/field';
import { Overtaken } from '../ui/overtaken';
import { Act } from '../ui/page';
import { Failure, Loaded } from '../ui/states';
import { toast } from '../ui/toast';
import {
  draftOf, isWhole, kLogs, kOnError, kReasons, linesOf, otherwise, over, settingsOf, wholeOf, wrongIn, wrongType, type Draft, type Settings,
} from './decision_draft';

const kNeeds = 'organization:policymanage';
const kPath = '/v1/decisions/settings';

export function DecisionSettings() {
  const load = useLoad(() => get(kPath), []);
  return (
    <>
      <p class="quiet">{t.decisionSettings.intro}</p>
      <Loaded of={load}>
        {(settings) => <Form key={load.etag} was={{ settings: wholeOf(settings), etag: load.etag }} reload={load.reload} />}
      </Loaded>
      <AsCall path={kPath} />
    </>
  );
}

interface Kept {
  settings: Settings;
  etag: string | undefined;
}
function Form({ was, reload }: { was: Kept; reload: () => void }) {
  const [base, setBase] = useState(was);
  const [theirs, setTheirs] = useState<Kept | null>(null);
  const [draft, setDraft] = useState(() => draftOf(was.settings));
  const [fault, setFault] = useState<Fault>();
  const mine = settingsOf(draft);
  const wrong = wrongType(draft.types);
  const isNumbered = isWhole(draft.entries) && isWhole(draft.days);
  const isChanged = wrong !== undefined || otherwise(base.settings, mine).length > 0;
  useEffect(() => {
    askBeforeLeaving(isChanged ? () => window.confirm(t.role.discard) : null);
    return () => askBeforeLeaving(null);
  }, [isChanged]);
  const put = (part: Partial<Draft>): void => {
    setDraft({ ...draft, ...part });
    setFault(undefined);
  };
  const save = async (force: boolean): Promise<void> => {
    const answer = await call('put', kPath, { body: mine, query: { force }, ...(base.etag ? { ifMatch: base.etag } : {}) });
    if (answer.ok) {
      askBeforeLeaving(null);
      toast(t.decisionSettings.saved);
      reload();
      return;
    }
    if (answer.fault.status !== 412) return setFault(answer.fault);
    const now = await get(kPath);
    if (now.ok) setTheirs({ settings: wholeOf(now.data), etag: now.etag });
    else setFault(now.fault);
  };
  const keep = (): void => {
    if (!theirs) return;
    setDraft(draftOf(over(base.settings, mine, theirs.settings)));
    setBase(theirs);
    setTheirs(null);
    setFault(undefined);
  };
  const failing = fault?.failing;
  const isReady = isChanged && wrong === undefined && isNumbered && !theirs;
  return (
    <>
      <Parts draft={draft} put={put} fault={fault} wrong={wrong} />
      {failing && (
        <div class="box warn" role="alert">
          <p>{t.decisionSettings.testsFail(failing.count)}</p>
          <ul>{failing.names.map((name) => <li key={name}>{name}</li>)}</ul>
        </div>
      )}
      {fault && !failing && !isTold(fault) && <Failure fault={fault} />}
      {theirs && <Versions base={base.settings} mine={mine} theirs={theirs.settings} take={reload} keep={keep} />}
      <p class="row">
        {failing
          ? <Act needs={kNeeds} kind="danger" onClick={() => save(true)} disabled={!isReady}>{t.decisionSettings.saveFailing(failing.count)}</Act>
          : <Act needs={kNeeds} kind="primary" onClick={() => save(false)} disabled={!isReady}>{t.common.save}</Act>}
        {isChanged && <span class="quiet">{t.policy.unsaved}</span>}
      </p>
    </>
  );
}

// Whether all that is wrong stands at its field.
function isTold({ errors }: Fault): boolean {
  return errors.length > 0 && errors.every(({ pointer }) => /^\/(log$|log_keep\/|log_mask|secret|type_names)/.test(pointer));
}

function Parts({ draft, put, fault, wrong }: {
  draft: Draft; put: (part: Partial<Draft>) => void; fault: Fault | undefined; wrong: string | undefined;
}) {
  const d = t.decisionSettings;
  const keeps = (pointer: string, text: string): string | undefined => (isWhole(text) ? wrongAt(fault, pointer) : d.whole);
  return (
    <div class="columns">
      <fieldset>
        <legend>{d.recording}</legend>
        <Select label={d.log} value={draft.log} options={kLogs.map((one) => [one, d.logs[one]])}
          onInput={(log) => put({ log: log as Draft['log'] })} />
        {draft.log === 'sample' && (
          <Field label={d.part} hint={d.partHint} value={draft.part} onInput={(part) => put({ part })} wrong={wrongAt(fault, '/log')} />
        )}
        <Field label={d.entries} value={draft.entries} onInput={(entries) => put({ entries })} wrong={keeps('/log_keep/entries', draft.entries)} />
        <Field label={d.days} hint={d.keepHint} value={draft.days} onInput={(days) => put({ days })} wrong={keeps('/log_keep/days', draft.days)} />
        <Check label={d.strict} hint={d.strictHint} value={draft.strict} onInput={(strict) => put({ strict })} />
      </fieldset>
      <fieldset>
        <legend>{d.untold}</legend>
        <Field label={d.masks} hint={d.masksHint} long value={draft.masks} onInput={(masks) => put({ masks })}
          wrong={wrongIn(fault, '/log_mask', linesOf(draft.masks))} />
        <Field label={d.secret} hint={d.secretHint} long value={draft.secret} onInput={(secret) => put({ secret })}
          wrong={wrongIn(fault, '/secret', linesOf(draft.secret))} />
      </fieldset>
      <fieldset>
        <legend>{d.deciding}</legend>
        <Select label={d.reasons} value={draft.reasons} options={kReasons.map((one) => [one, d.levels[one]])}
          onInput={(reasons) => put({ reasons: reasons as Draft['reasons'] })} />
        <Select label={d.onError} value={draft.onError} options={kOnError.map((one) => [one, d.onErrors[one]])}
          onInput={(onError) => put({ onError: onError as Draft['onError'] })} />
        <Field label={d.types} hint={d.typesHint} long value={draft.types} onInput={(types) => put({ types })}
          wrong={wrong === undefined ? wrongIn(fault, '/type_names') : d.wrongType(wrong)} />
      </fieldset>
    </div>
  );
}
function Check({ label, hint, value, onInput }: { label: string; hint: string; value: boolean; onInput: (value: boolean) => void }) {
  return (
    <div class="field">
      <label class="check"><input type="checkbox" checked={value} onChange={() => onInput(!value)} /><span>{label}</span></label>
      <div class="small quiet">{hint}</div>
    </div>
  );
}

// Theirs and one's own, of those settings that differ; of what wasn't changed here theirs goes on.
function Versions({ base, mine, theirs, take, keep }: {
  base: Settings; mine: Settings; theirs: Settings; take: () => void; keep: () => void;
}) {
  const both = over(base, mine, theirs);
  const keys = [...new Set([...otherwise(base, theirs), ...otherwise(theirs, both)])];
  const list = (of: Settings) => <Facts rows={keys.map((key) => [t.decisionSettings.names[key], told(key, of)])} />;
  return <Overtaken theirs={list(theirs)} yours={list(both)} take={take} keep={keep} />;
}
function told(key: keyof Settings, of: Settings): ComponentChildren {
  const d = t.decisionSettings;
  const lines = (all: string[]): ComponentChildren => (all.length === 0 ? <span class="quiet">{d.none}</span> : <code>{all.join(', ')}</code>);
  const { log, part, entries, days, types } = draftOf(of);
  switch (key) {
    case 'log': return log === 'sample' ? d.partOf(part) : d.logs[log];
    case 'log_keep': return d.keeps(count(Number(entries)), Number(days));
    case 'log_strict': return of.log_strict ? t.common.yes : t.common.no;
    case 'log_mask': return lines(of.log_mask);
    case 'reasons': return d.levels[of.reasons];
    case 'secret': return lines(of.secret);
    case 'on_error': return d.onErrors[of.on_error];
    case 'type_names': return lines(linesOf(types));
  }
}

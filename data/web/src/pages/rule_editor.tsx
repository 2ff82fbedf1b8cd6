// Edits one rule, as text or as a form. The server's own parser and validator look at it as it is typed; what isn't
// valid can't be saved, and before it is saved the decisions that would turn are shown. Where somebody else saved it
// first both versions are.
import { useEffect, useRef, useState } from 'preact/hooks';
import { call, change, get, type Fault, type Schemas } from '../api';
import type { Editor, Mistake } from '../editor/editor';
import { useLoad, useSettled } from '../load';
import { askBeforeLeaving } from '../router';
import { t } from '../text';
import { CodeBox } from '../ui/code_box';
import { flipText, type Asked } from '../ui/impact';
import { Overtaken } from '../ui/overtaken';
import { Failure, Loaded } from '../ui/states';
import { partsOf, RuleForm, type Parts } from './rule_form';

type Checked = Schemas['RulesValidated'];
const kNew = 'permit (\n  principal,\n  action == Action::"read",\n  resource\n);\n';

interface Props {
  policy: string;
  ask: (asked: Asked) => void;
  onClose: () => void;
  onSaved: () => void;
}
// One that is there, as it is stored when this begins; it is saved only where it still is so by then.
export function EditRule({ id, ...props }: Props & { id: string }) {
  const load = useLoad(() => get('/v1/policies/{id}/rules/{rule_id}', { path: { id: props.policy, rule_id: id } }), [id]);
  return (
    <Loaded of={load}>
      {({ policy_text: text }) => <RuleEditor key={load.etag} {...props} rule={{ id, text, etag: load.etag }} reload={load.reload} />}
    </Loaded>
  );
}

interface Kept {
  id: string;
  text: string;
  etag: string | undefined;
}
export function RuleEditor({ policy, rule, ask, onClose, onSaved, reload }: Props & { rule: Kept | null; reload?: () => void }) {
  const [base, setBase] = useState(rule);
  const [theirs, setTheirs] = useState<Kept | null>(null);
  const start = base?.text ?? kNew;
  const [text, setText] = useState(start);
  const [parts, setParts] = useState<Parts | null>(null); // while it is a form
  const [looked, setLooked] = useState<{ body: string; checked: Checked } | null>(null);
  const [fault, setFault] = useState<Fault>();
  // What the form began with: until that is changed the text stays as it was written, with its comments.
  const began = useRef('');
  const editor = useRef<Editor | null>(null);
  const body = JSON.stringify(parts ?? { policy_text: text });
  const settled = useSettled(body, 300);
  const formed = parts !== null && JSON.stringify(parts) !== began.current;
  const dirty = text !== start || formed;

  useEffect(() => {
    const stop = new AbortController();
    void call('post', '/v1/policies/validate', { body: JSON.parse(settled), signal: stop.signal }).then((answer) => {
      if (stop.signal.aborted) return;
      if (!answer.ok) {
        setFault(answer.fault);
        return;
      }
      setFault(undefined);
      setLooked({ body: settled, checked: answer.data });
      editor.current?.mark(mistakesOf(answer.data));
    });
    return () => stop.abort();
  }, [settled]);
  useEffect(() => {
    askBeforeLeaving(dirty ? () => window.confirm(t.role.discard) : null);
    return () => askBeforeLeaving(null);
  }, [dirty]);

  // What was found out of what stands there now, and not of what stood there before.
  const checked = looked?.body === body && !fault ? looked.checked : null;
  const made = checked?.rule?.policy_text;
  const asForm = (): void => {
    if (!checked?.rule) return;
    const first = partsOf(checked.rule);
    began.current = JSON.stringify(first);
    setParts(first);
  };
  const asText = (): void => {
    if (formed && made) setText(made);
    setFault(undefined);
    setParts(null);
  };
  const mine = formed ? made : text;
  const overtaken = async (): Promise<void> => {
    if (!base) return;
    const now = await get('/v1/policies/{id}/rules/{rule_id}', { path: { id: policy, rule_id: base.id } });
    if (now.ok) setTheirs({ id: base.id, text: now.data.policy_text, etag: now.etag });
    else setFault(now.fault);
  };
  const keep = (): void => {
    setBase(theirs);
    setTheirs(null);
  };
  const save = (): void => {
    const policy_text = mine;
    if (!checked?.valid || policy_text === undefined) return;
    ask({
      title: t.policy.saveTitle,
      change: base
        ? change('patch', '/v1/policies/{id}/rules/{rule_id}', {
          path: { id: policy, rule_id: base.id }, body: { policy_text }, ...(base.etag ? { ifMatch: base.etag } : {}),
        })
        : change('post', '/v1/policies/{id}/rules', { path: { id: policy }, body: { policy_text } }),
      confirm: flipText,
      done: t.policy.saved,
      entry: { type: 'policy', id: policy },
      after: onSaved,
      overtaken,
    });
  };
  const wrongFields = parts !== null && fault !== undefined && fault.errors.length > 0;
  return (
    <section aria-label={t.policy.ruleText}>
      <div class="row presets" role="group" aria-label={t.ruleForm.forms}>
        <button type="button" aria-pressed={parts === null} disabled={formed && !made} onClick={asText}>{t.ruleForm.asText}</button>
        <button type="button" aria-pressed={parts !== null} disabled={parts === null && !checked?.rule} onClick={asForm}>{t.ruleForm.asForm}</button>
        {checked && !checked.rule && <span class="quiet">{t.ruleForm.oneOnly}</span>}
      </div>
      {parts
        ? <RuleForm parts={parts} fault={fault} onInput={setParts} />
        : <CodeBox kind="rule" label={t.policy.ruleText} text={text} onInput={setText} words={schemaWords} onEditor={(one) => {
            editor.current = one;
            if (checked) one?.mark(mistakesOf(checked));
          }} />}
      {formed && made && <><p class="quiet">{t.ruleForm.made}</p><pre>{made}</pre></>}
      {fault && !wrongFields && <Failure fault={fault} />}
      {!wrongFields && <Verdict checked={checked} />}
      {theirs && reload && (
        <Overtaken theirs={<pre tabIndex={0}>{theirs.text}</pre>} yours={<pre tabIndex={0}>{mine ?? text}</pre>} take={reload} keep={keep} />
      )}
      <div class="row">
        <button type="button" class="primary" disabled={!checked?.valid || theirs !== null} onClick={save}>{t.policy.save}</button>
        <button type="button" onClick={onClose}>{t.common.cancel}</button>
        {dirty && <span class="quiet">{t.policy.unsaved}</span>}
      </div>
    </section>
  );
}

// Names of the tenant's schema, to be offered.
async function schemaWords(): Promise<string[]> {
  const schema = await get('/v1/schema');
  return schema.ok ? [...new Set(schema.data.schema.match(/[A-Za-z_]\w*/g) ?? [])] : [];
}
function mistakesOf(checked: Checked): Mistake[] {
  return [
    ...checked.errors.map((one) => ({ ...one, severity: 'error' as const })),
    ...checked.warnings.map((one) => ({ ...one, severity: 'warning' as const })),
  ];
}

function Verdict({ checked }: { checked: Checked | null }) {
  if (!checked) return <p role="status" class="quiet">{t.policy.checking}</p>;
  const list = (found: Checked['errors']) => (
    <ul>{found.map((one, index) => <li key={index}>{t.policy.place(one.line, one.column)}: {one.message}</li>)}</ul>
  );
  return (
    <div role="status">
      {checked.valid && checked.warnings.length === 0 && <p><span class="badge good">{t.policy.valid}</span></p>}
      {checked.errors.length > 0 && <div class="box bad"><strong>{t.policy.invalid(checked.errors.length)}</strong>{list(checked.errors)}</div>}
      {checked.warnings.length > 0 && <div class="box warn"><strong>{t.policy.warnings(checked.warnings.length)}</strong>{list(checked.warnings)}</div>}
    </div>
  );
}

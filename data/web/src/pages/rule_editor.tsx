// Edits the text of one rule. The server's own parser and validator look at it as it is typed; what isn't valid
// can't be saved, and before it is saved the decisions that would turn are shown.
import { useEffect, useRef, useState } from 'preact/hooks';
import { call, change, get, type Fault, type Schemas } from '../api';
import type { Editor, Mistake } from '../editor/editor';
import { useSettled } from '../load';
import { askBeforeLeaving } from '../router';
import { t } from '../text';
import { Field } from '../ui/field';
import { flipText, type Asked } from '../ui/impact';
import { Failure } from '../ui/states';

type Rule = Schemas['Rule'];
type Checked = Schemas['RulesValidated'];
const kNew = 'permit (\n  principal,\n  action == Action::"read",\n  resource\n);\n';

export function RuleEditor({ policy, rule, ask, onClose, onSaved }: {
  policy: string; rule: Rule | null; ask: (asked: Asked) => void; onClose: () => void; onSaved: () => void;
}) {
  const [text, setText] = useState(rule?.policy_text ?? kNew);
  const [checked, setChecked] = useState<Checked | null>(null);
  const [fault, setFault] = useState<Fault>();
  const editor = useRef<Editor | null>(null);
  const settled = useSettled(text, 300);
  const dirty = text !== (rule?.policy_text ?? kNew);

  useEffect(() => {
    const stop = new AbortController();
    void call('post', '/v1/policies/validate', { body: { policy_text: settled }, signal: stop.signal }).then((answer) => {
      if (stop.signal.aborted) return;
      if (!answer.ok) {
        setFault(answer.fault);
        return;
      }
      setFault(undefined);
      setChecked(answer.data);
      editor.current?.mark(mistakesOf(answer.data));
    });
    return () => stop.abort();
  }, [settled]);
  useEffect(() => {
    askBeforeLeaving(dirty ? () => window.confirm(t.role.discard) : null);
    return () => askBeforeLeaving(null);
  }, [dirty]);

  const fresh = settled === text;
  const save = (): void => {
    if (!checked?.valid || !fresh) return;
    const body = { policy_text: text };
    ask({
      title: t.policy.saveTitle,
      change: rule
        ? change('patch', '/v1/policies/{id}/rules/{rule_id}', { path: { id: policy, rule_id: rule.id }, body })
        : change('post', '/v1/policies/{id}/rules', { path: { id: policy }, body }),
      confirm: flipText,
      done: t.policy.saved,
      entry: { type: 'policy', id: policy },
      after: onSaved,
    });
  };
  return (
    <section aria-label={t.policy.ruleText}>
      <TextBox start={rule?.policy_text ?? kNew} text={text} onInput={setText} onEditor={(one) => {
        editor.current = one;
      }} />
      {fault && <Failure fault={fault} />}
      <Verdict checked={fresh ? checked : null} />
      <div class="row">
        <button type="button" class="primary" disabled={!fresh || !checked?.valid} onClick={save}>{t.policy.save}</button>
        <button type="button" onClick={onClose}>{t.common.cancel}</button>
        {dirty && <span class="quiet">{t.policy.unsaved}</span>}
      </div>
    </section>
  );
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

// The editor comes as a file of its own, when it is first needed. Where it can't be had a plain field does.
function TextBox({ start, text, onInput, onEditor }: {
  start: string; text: string; onInput: (text: string) => void; onEditor: (editor: Editor | null) => void;
}) {
  const host = useRef<HTMLDivElement>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let mounted: Editor | null = null;
    let gone = false;
    const words = async (): Promise<string[]> => {
      const schema = await get('/v1/schema');
      return schema.ok ? [...new Set(schema.data.schema.match(/[A-Za-z_]\w*/g) ?? [])] : [];
    };
    import('../editor/editor').then(({ mount }) => {
      if (gone || !host.current) return;
      mounted = mount(host.current, { text: start, label: t.policy.ruleText, onInput, words });
      onEditor(mounted);
    }, () => setFailed(true));
    return () => {
      gone = true;
      onEditor(null);
      mounted?.destroy();
    };
  }, []);
  if (failed) return <Field label={t.policy.ruleText} hint={t.policy.noEditor} value={text} onInput={onInput} long />;
  // What stands in it is hidden when the editor is there.
  return <div class="editor" ref={host}><pre>{start}</pre></div>;
}

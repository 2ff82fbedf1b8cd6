// A rule as a form, for who would rather not write Cedar. The server makes the text of the parts, and the parts of a
// text; nothing of the language is known here.
import { type Fault, type Schemas } from '../api';
import { findGroups, findPeople } from '../search';
import { t } from '../text';
import { Field, Select, wrongAt } from '../ui/field';
import { Picker } from '../ui/picker';

export type Parts = Omit<Schemas['RuleText'], 'policy_text'>;
type Variable = 'principal' | 'resource';
type ScopeType = Parts['principal_scope_type'];

// What is sent: the parts alone, since a text beside them would say all.
export function partsOf({ policy_text: _, ...parts }: Schemas['RuleText']): Parts {
  return parts;
}

interface Props {
  parts: Parts;
  fault: Fault | undefined;
  onInput: (parts: Parts) => void;
}

export function RuleForm({ parts, fault, onInput }: Props) {
  const put = (change: Partial<Parts>): void => onInput({ ...parts, ...change });
  const scopes: [Parts['action_scope_type'], string][] = [
    ['any', t.ruleForm.anyAction], ['eq', t.ruleForm.oneAction], ['in', t.ruleForm.actions],
  ];
  return (
    <>
      <Select label={t.ruleForm.effect} value={parts.effect} onInput={(effect) => put({ effect: effect as Parts['effect'] })}
        options={[['permit', t.ruleForm.permit], ['forbid', t.ruleForm.forbid]]} />
      <Scope of="principal" {...{ parts, fault, onInput }} />
      <fieldset>
        <legend>{t.ruleForm.action}</legend>
        <Select label={t.ruleForm.which} value={parts.action_scope_type} options={scopes}
          onInput={(type) => put({
            action_scope_type: type as Parts['action_scope_type'],
            action_ids: type === 'any' ? [] : parts.action_ids.slice(0, type === 'eq' ? 1 : undefined),
          })} />
        {parts.action_scope_type !== 'any' && (
          <Field label={t.ruleForm.actionIds} hint={t.ruleForm.actionHint} value={parts.action_ids.join(', ')} wide
            wrong={fault?.errors.find((error) => error.pointer.startsWith('/action_'))?.message}
            onInput={(text) => put({ action_ids: namesIn(text) })} />
        )}
      </fieldset>
      <Scope of="resource" {...{ parts, fault, onInput }} />
      <Field label={t.ruleForm.conditions} hint={t.ruleForm.conditionsHint} value={parts.conditions ?? ''} long wide
        wrong={wrongAt(fault, '/conditions')} onInput={(text) => put({ conditions: text.trim() === '' ? null : text })} />
      <Field label={t.ruleForm.notice} hint={t.ruleForm.noticeHint} value={parts.notice ?? ''} wide
        wrong={wrongAt(fault, '/notice')} onInput={(text) => put({ notice: text === '' ? null : text })} />
      {Object.entries(parts.annotations).map(([key, value]) => <p class="small" key={key}><code>@{key}</code> {value}</p>)}
    </>
  );
}

// The last comma may be one behind which nothing has been typed yet.
export function namesIn(text: string): string[] {
  const names = text.split(',').map((name) => name.trim());
  return names.filter((name, index) => name !== '' || index === names.length - 1 && index > 0);
}

function Scope({ of, parts, fault, onInput }: Props & { of: Variable }) {
  const words = t.ruleForm[of];
  const type = parts[`${of}_scope_type`];
  const entityType = parts[`${of}_entity_type`] ?? '';
  const id = parts[`${of}_entity_id`] ?? '';
  const put = (change: { [key in 'scope_type' | 'entity_type' | 'entity_id']?: string | null }): void =>
    onInput({ ...parts, ...Object.fromEntries(Object.entries(change).map(([key, value]) => [`${of}_${key}`, value])) });
  const wrong = (part: string): string | undefined => wrongAt(fault, `/${of}_${part}`);
  const search = { group: findGroups, user: findPeople }[entityType];
  const hasId = type === 'eq' || type === 'in' || type === 'is_in';
  return (
    <fieldset>
      <legend>{words.legend}</legend>
      <Select label={t.ruleForm.which} value={type}
        options={(['any', 'eq', 'in', 'is', 'is_in'] as ScopeType[]).map((one) => [one, words[one]])}
        onInput={(to) => put({
          scope_type: to,
          ...(to === 'any' ? { entity_type: null } : {}), ...(to === 'any' || to === 'is' ? { entity_id: null } : {}),
        })} />
      {type !== 'any' && (
        <Field label={t.ruleForm.type} hint={of === 'principal' ? t.ruleForm.principalTypeHint : t.ruleForm.resourceTypeHint}
          value={entityType} wrong={wrong('entity_type')} onInput={(text) => put({ entity_type: text.trim() || null })} />
      )}
      {hasId && search && type !== 'is_in' && (
        <Picker label={t.ruleForm.entity} search={search} value={id} onPick={(one) => put({ entity_id: one.key })}
          onText={(text) => put({ entity_id: text.trim() || null })} />
      )}
      {hasId && !(search && type !== 'is_in') && (
        <Field label={t.ruleForm.entity} hint={type === 'is_in' ? t.ruleForm.entityInHint : t.ruleForm.slotHint(of)}
          value={id} wrong={wrong('entity_id')} onInput={(text) => put({ entity_id: text.trim() || null })} />
      )}
      {hasId && search && type !== 'is_in' && wrong('entity_id') && <p class="small wrong">{wrong('entity_id')}</p>}
    </fieldset>
  );
}

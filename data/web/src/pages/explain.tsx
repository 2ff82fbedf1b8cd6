// Why somebody may or may not do something, and what would change that. The question is in the address.
import { useEffect, useState } from 'preact/hooks';
import type { Schemas } from '../api';
import { parseEntity, parseSubject } from '../entity';
import { amend, useRoute } from '../router';
import { findGroups, findRoles } from '../search';
import { useSession } from '../session';
import { t } from '../text';
import { AsOf } from '../ui/as_of';
import { Folded } from '../ui/basics';
import { Field } from '../ui/field';
import { PageHead } from '../ui/page';
import { GroupName } from '../ui/person';
import { Picker, type Option } from '../ui/picker';
import { SubjectPicker } from '../ui/subject';
import { Answered } from './verdict';

export type Question = Schemas['ExplainedQuestion'];

// The JSON object that a text holds, null where it is empty, undefined where it is neither.
export function objectOf(text: string): Record<string, unknown> | null | undefined {
  if (text.trim() === '') return null;
  try {
    const value: unknown = JSON.parse(text);
    return value && typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
const listOf = (text: string | undefined): string[] => (text ?? '').split(',').filter(Boolean);

// The names of what is in the address: who, action, resource, context, their attributes, time, roles and groups besides.
const kParts = ['p', 'a', 'r', 'c', 'sp', 'rp', 'at', 'wr', 'wg'] as const;
type Parts = Record<(typeof kParts)[number], string>;
const partsOf = (query: Record<string, string>): Parts =>
  Object.fromEntries(kParts.map((name) => [name, query[name] ?? ''])) as Parts;

// What is asked, or null where that isn't whole.
export function questionOf({ p, a, r, c, sp, rp, at, wr, wg }: Parts): Question | null {
  const subject = parseSubject(p);
  const resource = parseEntity(r);
  const [context, ofSubject, ofResource] = [objectOf(c), objectOf(sp), objectOf(rp)];
  if (!subject || !resource || !a.trim() || context === undefined || ofSubject === undefined || ofResource === undefined) return null;
  const supposed = { roles: listOf(wr), groups: listOf(wg) };
  return {
    subject: { ...subject, ...(ofSubject ? { properties: ofSubject } : {}) }, action: { name: a.trim() },
    resource: { ...resource, ...(ofResource ? { properties: ofResource } : {}) }, context,
    ...(wr || wg ? { with: supposed } : {}), ...(at ? { at } : {}),
  };
}

export function ExplainPage() {
  const { query } = useRoute();
  const [parts, setParts] = useState(partsOf(query));
  const { can } = useSession();
  const [tried, setTried] = useState(false);
  const [round, setRound] = useState(0);
  // A link to another question, followed on this page.
  useEffect(() => setParts(partsOf(query)), [JSON.stringify(query)]);
  const set = (some: Partial<Parts>): void => setParts((was) => ({ ...was, ...some }));
  const asked = questionOf(partsOf(query));
  const submit = (event: Event): void => {
    event.preventDefault();
    setTried(true);
    if (!questionOf(parts)) return;
    amend(Object.fromEntries(Object.entries(parts).map(([name, text]) => [name, text.trim()])));
    setRound(round + 1);
  };
  const json = (name: 'c' | 'sp' | 'rp', label: string, hint: string) => (
    <Field label={label} value={parts[name]} onInput={(text) => set({ [name]: text })} hint={hint} long
      wrong={objectOf(parts[name]) === undefined ? t.explain.badContext : undefined} />
  );
  return (
    <>
      <PageHead title={t.explain.title} />
      <p class="quiet">{t.explain.intro}</p>
      <form onSubmit={submit}>
        <div class="columns">
          <SubjectPicker value={parts.p} onInput={(p) => set({ p })} />
          <Field label={t.explain.action} value={parts.a} onInput={(a) => set({ a })} hint={t.explain.actionHint} />
          <Field label={t.explain.resource} value={parts.r} onInput={(r) => set({ r })} hint={t.explain.resourceHint}
            wrong={tried && !parseEntity(parts.r) ? t.explain.needAll : undefined} />
        </div>
        <Folded summary={t.explain.hypothetical} used={[parts.c, parts.sp, parts.rp, parts.wr, parts.wg].some(Boolean)}>
          <p class="quiet small">{t.explain.supposeHelp}</p>
          <div class="columns">
            <Supposed label={t.explain.withRole} search={findRoles} value={parts.wr} onInput={(wr) => set({ wr })} />
            <Supposed label={t.explain.withGroup} search={findGroups} value={parts.wg} onInput={(wg) => set({ wg })} isGroup />
          </div>
          <div class="columns">
            {json('c', t.explain.context, t.explain.contextHint)}
            {json('sp', t.explain.ofSubject, t.explain.propertiesHint)}
            {json('rp', t.explain.ofResource, t.explain.propertiesHint)}
          </div>
        </Folded>
        {can('organization:auditview') && <AsOf at={parts.at || null} onInput={(at) => set({ at: at ?? '' })} />}
        <p class="row"><button type="submit" class="primary">{t.explain.ask}</button></p>
      </form>
      {asked && <Answered key={`${JSON.stringify(asked)}${round}`} question={asked} />}
    </>
  );
}

// Roles or groups that somebody is taken to have besides; in the address they stand with commas between.
function Supposed({ label, search, value, onInput, isGroup = false }: {
  label: string; search: (words: string) => Promise<Option[]>; value: string; onInput: (value: string) => void; isGroup?: boolean;
}) {
  const all = listOf(value);
  return (
    <div>
      <Picker label={label} search={search} clearOnPick onPick={({ key }) => onInput([...all.filter((one) => one !== key), key].join(','))} />
      <ul class="paths">
        {all.map((one) => (
          <li class="row" key={one}>
            {isGroup ? <GroupName id={one} /> : <code>{one}</code>}
            <button type="button" class="plain" aria-label={`${t.common.remove} ${one}`}
              onClick={() => onInput(all.filter((other) => other !== one).join(','))}>×</button>
          </li>
        ))}
      </ul>
    </div>
  );
}

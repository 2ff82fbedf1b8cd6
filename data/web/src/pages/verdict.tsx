// The answer to a question of Explain: a sentence, what would turn it, and the rules that were near. A change that
// would turn it is made from here, after its impact was shown, and the question asked again.
import { useEffect, useState } from 'preact/hooks';
import { call, proposed, type Fault, type Schemas } from '../api';
import { useLoad } from '../load';
import { amend } from '../router';
import { findPeople } from '../search';
import { useHere, useSession } from '../session';
import { t } from '../text';
import { AsCall, quoted } from '../ui/as_call';
import { Badge, Copy, Risk, Scopes } from '../ui/basics';
import { ask, flipText, saveText } from '../ui/impact';
import { Act } from '../ui/page';
import type { Option } from '../ui/picker';
import { Failure, Loaded } from '../ui/states';
import { useSubjectName } from '../ui/subject';
import { toast } from '../ui/toast';
import type { Question } from './explain';
import { NearRules } from './near_rules';

type Change = NonNullable<Schemas['Explanation']['changes']>[number];

export function Answered({ question }: { question: Question }) {
  const load = useLoad(() => call('post', '/v1/explain', { body: question }), [question]);
  const { subject, action, resource } = question;
  const on = `${resource.type}:${resource.id}`;
  return (
    <div aria-live="polite">
      <Loaded of={load}>{(found) => <Verdict question={question} found={found} again={load.reload} />}</Loaded>
      <AsCall method="POST" path="/v1/explain" body={question}
        command={`reeve explain ${quoted(`${subject.type}:${subject.id}`)} ${quoted(action.name)} ${quoted(on)}`} />
    </div>
  );
}

function Verdict({ question, found, again }: { question: Question; found: Schemas['Explanation']; again: () => void }) {
  const here = useHere();
  const on = `${question.resource.type}:${question.resource.id}`;
  return (
    <>
      <section class={`box ${found.decision ? 'good' : 'bad'}`}>
        <p class="row verdict">
          <Badge kind={found.decision ? 'good' : 'bad'}>{found.decision ? t.explain.may : t.explain.mayNot}</Badge>
          <span>{found.sentence}</span>
        </p>
        {found.permission && <p>{t.explain.permission}: <code>{found.permission}</code></p>}
      </section>
      {found.principal === null && question.subject.type === 'user' && <Unknown typed={question.subject.id} />}
      <div class="row">
        {!question.with && !question.at && <SaveTest question={question} decision={found.decision} />}
        <Copy text={location.href} label={t.explain.copyLink}>{t.explain.copyLink}</Copy>
        <a href={here('who-can') + `?a=${encodeURIComponent(question.action.name)}&r=${encodeURIComponent(on)}`}>{t.whoCan.title}</a>
      </div>
      <Fixes changes={found.changes ?? []} again={again} />
      <NearRules rules={found.rules ?? []} notListed={found.not_listed ?? 0} />
    </>
  );
}

// Why somebody in a list may do it: asked when it is opened. What was given can be taken away from there.
export function Why({ question, changed }: { question: Question; changed: () => void }) {
  const [open, setOpen] = useState(false);
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary class="small">{t.explain.why}</summary>
      {open && <Reason question={question} changed={changed} />}
    </details>
  );
}
function Reason({ question, changed }: { question: Question; changed: () => void }) {
  const load = useLoad(() => call('post', '/v1/explain', { body: question }), [question]);
  return (
    <Loaded of={load}>
      {(found) => (
        <>
          <p>{found.sentence}</p>
          <ChangeList changes={found.changes ?? []} again={changed} />
        </>
      )}
    </Loaded>
  );
}

// Nobody is known by what was typed: those whose names begin most alike.
function Unknown({ typed }: { typed: string }) {
  const [near, setNear] = useState<Option[]>([]);
  useEffect(() => {
    let current = true;
    const look = async (): Promise<void> => {
      for (let length = typed.length; length > 0; length = Math.floor(length / 2)) {
        const found = await findPeople(typed.slice(0, length));
        if (!current || found.length === 0) continue;
        setNear(found.slice(0, 5));
        return;
      }
    };
    void look();
    return () => {
      current = false;
    };
  }, [typed]);
  return (
    <section class="box warn">
      <p>{t.explain.nobody(typed)}</p>
      {near.length > 0 && (
        <p class="row">
          <span>{t.explain.didYouMean}</span>
          {near.map(({ key, name, detail }) => (
            <button type="button" key={key} onClick={() => amend({ p: `user:${key}` })}>{name} <span class="quiet small">{detail}</span></button>
          ))}
        </p>
      )}
    </section>
  );
}

function Fixes({ changes, again }: { changes: Change[]; again: () => void }) {
  return (
    <section>
      <h2>{t.explain.fixes}</h2>
      {changes.length === 0 && <p>{t.explain.noFixes}</p>}
      {changes.length > 0 && <p class="quiet">{t.explain.fixesHelp}</p>}
      <ChangeList changes={changes} again={again} />
    </section>
  );
}
function ChangeList({ changes, again }: { changes: Change[]; again: () => void }) {
  return (
    <ul class="changes">
      {changes.map((one) => (
        <li key={one.text}>
          <p class="row"><Badge>{t.explain.kinds[one.kind]}</Badge> <span>{one.text}</span></p>
          <p class="row small">
            <Risk level={one.blast_radius.level} />
            {one.blast_radius.people !== null && <span>{t.explain.reaches(one.blast_radius.people)}</span>}
            {one.blast_radius.scopes.length > 0 && <Scopes scopes={one.blast_radius.scopes} />}
          </p>
          {one.call && (
            <>
              <button type="button" aria-label={t.explain.applyThis(one.text)} onClick={() => apply(one, again)}>{t.explain.apply}</button>
              <AsCall method={one.call.method} path={one.call.path} {...(one.call.body ? { body: one.call.body } : {})} />
            </>
          )}
        </li>
      ))}
    </ul>
  );
}
function apply(one: Change, again: () => void): void {
  if (!one.call) return;
  ask({
    title: one.text, change: proposed(one.call), done: t.explain.applied, after: again,
    confirm: (impact) => (impact.flips && impact.gain.principals + impact.lose.principals === 0 ? flipText(impact) : saveText(impact)),
  });
}

// An answer that is as it should be is kept as a test: a change of policies that would turn it is refused then.
function SaveTest({ question, decision }: { question: Question; decision: boolean }) {
  const { can } = useSession();
  const [fault, setFault] = useState<Fault>();
  const who = useSubjectName(`${question.subject.type}:${question.subject.id}`);
  if (!can('organization:policymanage')) return null;
  const save = async (): Promise<void> => {
    const { subject, action, resource, context } = question;
    const name = t.explain.testName(who, action.name, `${resource.type}:${resource.id}`);
    const answer = await call('post', '/v1/policies/tests', { body: { name, request: { subject, action, resource, context: context ?? null }, expected: { decision } } });
    if (answer.ok) toast(t.explain.savedTest);
    else setFault(answer.fault);
  };
  return <>{fault && <Failure fault={fault} />}<Act onClick={save}>{t.explain.saveTest}</Act></>;
}

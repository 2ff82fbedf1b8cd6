// Why somebody may or may not do something, and what would change that. The question is in the address.
import { useEffect, useState } from 'preact/hooks';
import { call, type Fault, type Schemas } from '../api';
import { parseEntity, parseSubject } from '../entity';
import { useLoad } from '../load';
import { amend, useRoute } from '../router';
import { useHere, useSession } from '../session';
import { t } from '../text';
import { AsCall, quoted } from '../ui/as_call';
import { AsOf } from '../ui/as_of';
import { Badge, Copy, Risk, Scopes } from '../ui/basics';
import { Field } from '../ui/field';
import { PageHead } from '../ui/page';
import { Failure, Loaded } from '../ui/states';
import { SubjectPicker, useSubjectName } from '../ui/subject';
import { toast } from '../ui/toast';
import { NearRules } from './near_rules';

type Question = Schemas['ExplainedQuestion'];

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

export function ExplainPage() {
  const { query } = useRoute();
  const [who, setWho] = useState(query['p'] ?? '');
  const [action, setAction] = useState(query['a'] ?? '');
  const [resource, setResource] = useState(query['r'] ?? '');
  const [context, setContext] = useState(query['c'] ?? '');
  const [at, setAt] = useState<string | null>(query['at'] || null);
  const { can } = useSession();
  const [tried, setTried] = useState(false);
  const [round, setRound] = useState(0);
  // A link to another question, followed on this page.
  useEffect(() => {
    setWho(query['p'] ?? '');
    setAction(query['a'] ?? '');
    setResource(query['r'] ?? '');
    setContext(query['c'] ?? '');
    setAt(query['at'] || null);
  }, [JSON.stringify(query)]);
  const subject = parseSubject(query['p'] ?? '');
  const thing = parseEntity(query['r'] ?? '');
  const asked: Question | null = subject && thing && query['a']
    ? { subject, action: { name: query['a'] }, resource: thing, context: objectOf(query['c'] ?? '') ?? null, ...(query['at'] ? { at: query['at'] } : {}) } : null;
  const submit = (event: Event): void => {
    event.preventDefault();
    setTried(true);
    if (!parseSubject(who) || !action.trim() || !parseEntity(resource) || objectOf(context) === undefined) return;
    amend({ p: who.trim(), a: action.trim(), r: resource.trim(), c: context.trim(), at: at ?? '' });
    setRound(round + 1);
  };
  return (
    <>
      <PageHead title={t.explain.title} />
      <p class="quiet">{t.explain.intro}</p>
      <form onSubmit={submit}>
        <div class="columns">
          <SubjectPicker value={who} onInput={setWho} />
          <Field label={t.explain.action} value={action} onInput={setAction} hint={t.explain.actionHint} />
          <Field label={t.explain.resource} value={resource} onInput={setResource} hint={t.explain.resourceHint}
            wrong={tried && !parseEntity(resource) ? t.explain.needAll : undefined} />
        </div>
        <details open={context !== ''}>
          <summary>{t.explain.hypothetical}</summary>
          <Field label={t.explain.context} value={context} onInput={setContext} hint={t.explain.contextHint} long
            wrong={objectOf(context) === undefined ? t.explain.badContext : undefined} />
        </details>
        {can('organization:auditview') && <AsOf at={at} onInput={setAt} />}
        <p class="row"><button type="submit" class="primary">{t.explain.ask}</button></p>
      </form>
      {asked && <Answered key={`${JSON.stringify(asked)}${round}`} question={asked} />}
    </>
  );
}

function Answered({ question }: { question: Question }) {
  const load = useLoad(() => call('post', '/v1/explain', { body: question }), [question]);
  const { subject, action, resource } = question;
  const on = `${resource.type}:${resource.id}`;
  return (
    <div aria-live="polite">
      <Loaded of={load}>{(found) => <Verdict question={question} found={found} />}</Loaded>
      <AsCall method="POST" path="/v1/explain" body={question}
        command={`reeve explain ${quoted(`${subject.type}:${subject.id}`)} ${quoted(action.name)} ${quoted(on)}`} />
    </div>
  );
}

function Verdict({ question, found }: { question: Question; found: Schemas['Explanation'] }) {
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
      <div class="row">
        <SaveTest question={question} decision={found.decision} />
        <Copy text={location.href} label={t.explain.copyLink}>{t.explain.copyLink}</Copy>
        <a href={here('who-can') + `?a=${encodeURIComponent(question.action.name)}&r=${encodeURIComponent(on)}`}>{t.whoCan.title}</a>
      </div>
      <Fixes changes={found.changes ?? []} />
      <NearRules rules={found.rules ?? []} notListed={found.not_listed ?? 0} />
    </>
  );
}

function Fixes({ changes }: { changes: NonNullable<Schemas['Explanation']['changes']> }) {
  return (
    <section>
      <h2>{t.explain.fixes}</h2>
      {changes.length === 0 && <p>{t.explain.noFixes}</p>}
      {changes.length > 0 && <p class="quiet">{t.explain.fixesHelp}</p>}
      <ul class="changes">
        {changes.map((one) => (
          <li key={one.text}>
            <p class="row"><Badge>{t.explain.kinds[one.kind]}</Badge> <span>{one.text}</span></p>
            <p class="row small">
              <Risk level={one.blast_radius.level} />
              {one.blast_radius.people !== null && <span>{t.explain.reaches(one.blast_radius.people)}</span>}
              {one.blast_radius.scopes.length > 0 && <Scopes scopes={one.blast_radius.scopes} />}
            </p>
          </li>
        ))}
      </ul>
    </section>
  );
}

// An answer that is as it should be is kept as a test: a change of policies that would turn it is refused then.
function SaveTest({ question, decision }: { question: Question; decision: boolean }) {
  const { can } = useSession();
  const [fault, setFault] = useState<Fault>();
  const who = useSubjectName(`${question.subject.type}:${question.subject.id}`);
  if (!can('organization:policymanage')) return null;
  const save = async (): Promise<void> => {
    const name = t.explain.testName(who, question.action.name, `${question.resource.type}:${question.resource.id}`);
    const answer = await call('post', '/v1/policies/tests', { body: { name, request: { subject: question.subject, action: question.action, resource: question.resource, context: question.context ?? null }, expected: { decision } } });
    if (answer.ok) toast(t.explain.savedTest);
    else setFault(answer.fault);
  };
  return <>{fault && <Failure fault={fault} />}<button type="button" onClick={save}>{t.explain.saveTest}</button></>;
}

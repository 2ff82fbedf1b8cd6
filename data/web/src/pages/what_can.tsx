// What somebody may do to a thing, or to which things of a type they may do something; beside what another may.
import { useEffect, useState } from 'preact/hooks';
import { call, type Answer } from '../api';
import { entityText, parseEntity, parseSubject, type EntityName } from '../entity';
import { useLoad, usePages } from '../load';
import { amend, useRoute } from '../router';
import { searchFor } from '../search';
import { useExplain, useHere, useSession } from '../session';
import { t } from '../text';
import { AsCall, quoted } from '../ui/as_call';
import { Badge } from '../ui/basics';
import { Field } from '../ui/field';
import { PageHead } from '../ui/page';
import { Paged, Table } from '../ui/paged';
import { SubjectText } from '../ui/person';
import { SaveRows } from '../ui/save_rows';
import { Loaded } from '../ui/states';
import { SubjectPicker } from '../ui/subject';
import { EffectiveAccess } from './effective';

export function WhatCanPage() {
  const { query } = useRoute();
  const here = useHere();
  const [who, setWho] = useState(query['p'] ?? '');
  const [other, setOther] = useState(query['q'] ?? '');
  const [on, setOn] = useState(query['r'] ?? '');
  const [action, setAction] = useState(query['a'] ?? '');
  const [tried, setTried] = useState(false);
  useEffect(() => {
    setWho(query['p'] ?? '');
    setOther(query['q'] ?? '');
    setOn(query['r'] ?? '');
    setAction(query['a'] ?? '');
  }, [JSON.stringify(query)]);
  const subject = parseSubject(query['p'] ?? '');
  const beside = parseSubject(query['q'] ?? '');
  const asked = query['r'] ?? '';
  const thing = parseEntity(asked);
  const submit = (event: Event): void => {
    event.preventDefault();
    setTried(true);
    if (parseSubject(who)) amend({ p: who.trim(), q: other.trim(), r: on.trim(), a: action.trim() });
  };
  return (
    <>
      <PageHead title={t.whatCan.title} />
      <p class="quiet">{t.whatCan.intro}</p>
      <form onSubmit={submit}>
        <div class="columns">
          <SubjectPicker value={who} onInput={setWho} />
          <SubjectPicker label={t.whatCan.beside} value={other} onInput={setOther} />
          <Field label={t.whatCan.on} value={on} onInput={setOn} hint={t.whatCan.onHint} />
          <Field label={t.explain.action} value={action} onInput={setAction} hint={t.whatCan.actionHint}
            wrong={tried && on.trim() && !parseEntity(on) && !action.trim() ? t.whatCan.needOn : undefined} />
        </div>
        <p><button type="submit" class="primary">{t.whatCan.ask}</button></p>
      </form>
      {subject && thing && <Actions key={asked} subject={subject} beside={beside} thing={thing} />}
      {subject && asked && !thing && query['a'] && (
        <>
          <Things key={`1${asked}`} subject={subject} type={asked} action={query['a']} />
          {beside && <Things key={`2${asked}`} subject={beside} type={asked} action={query['a']} />}
        </>
      )}
      {subject?.type === 'user' && <><h2>{t.whatCan.held}</h2><EffectiveAccess kind="users" id={subject.id} nothing={t.person.nothing} /></>}
      {subject?.type === 'user' && beside?.type === 'user' && (
        <p><a class="button" href={here('compare') + `?a=${encodeURIComponent(subject.id)}&b=${encodeURIComponent(beside.id)}`}>{t.whatCan.compare}</a></p>
      )}
    </>
  );
}

// The actions that either may do, each with who may.
function Actions({ subject, beside, thing }: { subject: EntityName; beside: EntityName | null; thing: EntityName }) {
  const { tenant } = useSession();
  const body = { subject, resource: thing };
  const of = async (who: EntityName): Promise<Answer<string[]>> => {
    const answer = await call('post', '/{tenant}/access/v1/search/action', { path: { tenant: tenant?.id ?? '' }, body: { subject: who, resource: thing } });
    return answer.ok ? { ...answer, data: answer.data.results.map(({ name }) => name) } : answer;
  };
  const all = beside ? [subject, beside] : [subject];
  const load = useLoad(async (): Promise<Answer<string[][]>> => {
    const answers = await Promise.all(all.map(of));
    const failed = answers.find((one) => !one.ok);
    if (failed && !failed.ok) return failed;
    return { ok: true, data: answers.map((one) => (one.ok ? one.data : [])), etag: undefined, revision: undefined };
  }, [subject, beside, thing]);
  return (
    <section>
      <h2>{t.whatCan.actions}</h2>
      <Loaded of={load}>{(found) => <ActionTable all={all} found={found} thing={thing} />}</Loaded>
      <AsCall method="POST" path="/access/v1/search/action" body={body} command={`reeve what-can ${quoted(entityText(subject))}`} />
    </section>
  );
}
function ActionTable({ all, found, thing }: { all: EntityName[]; found: string[][]; thing: EntityName }) {
  const explain = useExplain();
  const names = [...new Set(found.flat())];
  if (names.length === 0) return <p>{t.whatCan.none}</p>;
  return (
    <Table label={t.whatCan.actions} heads={[t.explain.action]}>
      {names.map((name) => (
        <tr key={name}>
          <th scope="row"><code>{name}</code></th>
          {all.map((who, index) => {
            const may = found[index]?.includes(name) ?? false;
            return (
              <td key={entityText(who)}>
                <span class="row">
                  <Badge kind={may ? 'good' : 'bad'}>{may ? t.explain.may : t.explain.mayNot}</Badge>
                  <a class="small" href={explain(entityText(who), name, entityText(thing))}>{t.whoCan.explain}</a>
                </span>
              </td>
            );
          })}
        </tr>
      ))}
    </Table>
  );
}

function Things({ subject, type, action }: { subject: EntityName; type: string; action: string }) {
  const { tenant } = useSession();
  const explain = useExplain();
  const read = searchFor(tenant?.id ?? '', subject, action, { type });
  const pages = usePages<EntityName>(read, [subject, type, action]);
  return (
    <section>
      <h2>{t.whatCan.resources} <SubjectText type={subject.type} id={subject.id} /></h2>
      <Paged of={pages} lines={3} empty={<p>{t.whatCan.none}</p>}>
        <div class="row"><SaveRows name={`${type}-${action}`} columns={['type', 'id']} read={read} /></div>
        <ul class="changes">
          {pages.rows.map((thing) => (
            <li class="row" key={thing.id}>
              <code>{entityText(thing)}</code>
              <a class="small" href={explain(entityText(subject), action, entityText(thing))}>{t.whoCan.explain}</a>
            </li>
          ))}
        </ul>
      </Paged>
      <AsCall method="POST" path="/access/v1/search/resource" body={{ subject, action: { name: action }, resource: { type } }} />
    </section>
  );
}

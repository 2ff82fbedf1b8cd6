// What somebody may do to a thing, or to which things of a type they may do something.
import { useEffect, useState } from 'preact/hooks';
import { call } from '../api';
import { entityText, parseEntity, parseSubject, type EntityName } from '../entity';
import { useLoad } from '../load';
import { amend, href, useRoute } from '../router';
import { useSession } from '../session';
import { t } from '../text';
import { AsCall, quoted } from '../ui/as_call';
import { Field } from '../ui/field';
import { PageHead } from '../ui/page';
import { Loaded } from '../ui/states';
import { SubjectPicker } from '../ui/subject';
import { EffectiveAccess } from './effective';

export function WhatCanPage() {
  const { query } = useRoute();
  const [who, setWho] = useState(query['p'] ?? '');
  const [on, setOn] = useState(query['r'] ?? '');
  const [action, setAction] = useState(query['a'] ?? '');
  const [tried, setTried] = useState(false);
  useEffect(() => {
    setWho(query['p'] ?? '');
    setOn(query['r'] ?? '');
    setAction(query['a'] ?? '');
  }, [JSON.stringify(query)]);
  const subject = parseSubject(query['p'] ?? '');
  const asked = query['r'] ?? '';
  const thing = parseEntity(asked);
  const submit = (event: Event): void => {
    event.preventDefault();
    setTried(true);
    if (parseSubject(who)) amend({ p: who.trim(), r: on.trim(), a: action.trim() });
  };
  return (
    <>
      <PageHead title={t.whatCan.title} />
      <p class="quiet">{t.whatCan.intro}</p>
      <form onSubmit={submit}>
        <div class="columns">
          <SubjectPicker value={who} onInput={setWho} />
          <Field label={t.whatCan.on} value={on} onInput={setOn} hint={t.whatCan.onHint} />
          <Field label={t.explain.action} value={action} onInput={setAction} hint={t.whatCan.actionHint}
            wrong={tried && on.trim() && !parseEntity(on) && !action.trim() ? t.whatCan.needOn : undefined} />
        </div>
        <p><button type="submit" class="primary">{t.whatCan.ask}</button></p>
      </form>
      {subject && thing && <Actions key={asked} subject={subject} thing={thing} />}
      {subject && asked && !thing && query['a'] && <Things key={asked} subject={subject} type={asked} action={query['a']} />}
      {subject?.type === 'user' && <><h2>{t.whatCan.held}</h2><EffectiveAccess kind="users" id={subject.id} nothing={t.person.nothing} /></>}
    </>
  );
}

function Actions({ subject, thing }: { subject: EntityName; thing: EntityName }) {
  const { tenant } = useSession();
  const body = { subject, resource: thing };
  const load = useLoad(() => call('post', '/{tenant}/access/v1/search/action', { path: { tenant: tenant?.id ?? '' }, body }), [body]);
  return (
    <section>
      <h2>{t.whatCan.actions}</h2>
      <Loaded of={load}>
        {(found) => (
          <ul class="changes">
            {found.results.length === 0 && <li>{t.whatCan.none}</li>}
            {found.results.map(({ name }) => (
              <li class="row" key={name}>
                <code>{name}</code>
                <a class="small" href={href([tenant?.slug ?? '', 'explain'], { p: entityText(subject), a: name, r: entityText(thing) })}>{t.whoCan.explain}</a>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <AsCall method="POST" path="/access/v1/search/action" body={body} command={`reeve what-can ${quoted(entityText(subject))}`} />
    </section>
  );
}

function Things({ subject, type, action }: { subject: EntityName; type: string; action: string }) {
  const { tenant } = useSession();
  const body = { subject, action: { name: action }, resource: { type } };
  const load = useLoad(() => call('post', '/{tenant}/access/v1/search/resource', { path: { tenant: tenant?.id ?? '' }, body }), [body]);
  return (
    <section>
      <h2>{t.whatCan.resources}</h2>
      <Loaded of={load}>
        {(found) => (
          <ul class="changes">
            {found.results.length === 0 && <li>{t.whatCan.none}</li>}
            {found.results.map((thing) => (
              <li class="row" key={thing.id}>
                <code>{entityText(thing)}</code>
                <a class="small" href={href([tenant?.slug ?? '', 'explain'], { p: entityText(subject), a: action, r: entityText(thing) })}>{t.whoCan.explain}</a>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      <AsCall method="POST" path="/access/v1/search/resource" body={body} />
    </section>
  );
}

// The tenant's schema: what its rules and entities are about, to be read and changed. Before it is saved the server
// says what of all that is stored would no longer fit, and which tests would fail.
import { useEffect, useState } from 'preact/hooks';
import { call, get, type Fault, type Schemas } from '../api';
import { useLoad } from '../load';
import { askBeforeLeaving } from '../router';
import { useHere } from '../session';
import { t } from '../text';
import { AsCall } from '../ui/as_call';
import { Badge } from '../ui/basics';
import { Field, wrongAt } from '../ui/field';
import { Act } from '../ui/page';
import { Failure, Skeleton } from '../ui/states';
import { toast } from '../ui/toast';

type Trial = Schemas['SchemaTrial'];
const kNeeds = 'organization:policymanage';

export function SchemaPage() {
  const load = useLoad(() => get('/v1/schema'), []);
  const none = load.fault?.status === 404;
  if (load.fault && !none) return <Failure fault={load.fault} retry={load.reload} />;
  if (!load.data && !none) return <Skeleton />;
  return (
    <>
      {none && <p>{t.settings.noSchema}</p>}
      <Form key={load.etag ?? ''} was={load.data?.schema ?? ''} etag={load.etag} reload={load.reload} />
      <AsCall path="/v1/schema" />
    </>
  );
}

function Form({ was, etag, reload }: { was: string; etag: string | undefined; reload: () => void }) {
  const [text, setText] = useState(was);
  const [trial, setTrial] = useState<{ of: string; found: Trial } | null>(null);
  const [fault, setFault] = useState<Fault>();
  const [busy, setBusy] = useState(false);
  const isChanged = text !== was;
  const told = wrongAt(fault, '/schema');
  useEffect(() => {
    askBeforeLeaving(isChanged ? () => window.confirm(t.role.discard) : null);
    return () => askBeforeLeaving(null);
  }, [isChanged]);
  const seen = trial?.of === text ? trial.found : null;
  const attempt = async (): Promise<void> => {
    setBusy(true);
    const answer = await call('put', '/v1/schema', { body: { schema: text } }, true);
    setBusy(false);
    setFault(answer.ok ? undefined : answer.fault);
    setTrial(answer.ok ? { of: text, found: answer.data as unknown as Trial } : null);
  };
  const finish = (answer: { ok: boolean; fault?: Fault }, said: string): void => {
    setBusy(false);
    if (!answer.ok) {
      setFault(answer.fault);
      return;
    }
    askBeforeLeaving(null);
    toast(said);
    reload();
  };
  const options = etag ? { ifMatch: etag } : {};
  const save = async (force: boolean): Promise<void> => {
    setBusy(true);
    finish(await call('put', '/v1/schema', { body: { schema: text }, query: { force }, ...options }), t.settings.schemaSaved);
  };
  const remove = async (): Promise<void> => {
    setBusy(true);
    finish(await call('delete', '/v1/schema', options), t.settings.schemaRemoved);
  };
  return (
    <>
      {told ? <pre role="alert" tabIndex={0}>{told}</pre> : fault && <Failure fault={fault} />}
      <Field label={t.settings.schemaText} value={text} onInput={setText} long wide />
      {seen && <Found trial={seen} />}
      {isChanged && !seen && <p class="quiet">{t.settings.changed}</p>}
      <p class="row">
        <Act needs={kNeeds} onClick={attempt} disabled={busy || !isChanged || text.trim() === ''}>{t.settings.trySchema}</Act>
        {seen?.would_be_set === false
          ? <Act needs={kNeeds} kind="danger" onClick={() => save(true)} disabled={busy}>{t.settings.saveUnfit}</Act>
          : <Act needs={kNeeds} kind="primary" onClick={() => save(false)} disabled={busy || !seen}>{t.settings.saveSchema}</Act>}
        {was && <Act needs={kNeeds} kind="danger" onClick={remove} disabled={busy}>{t.settings.removeSchema}</Act>}
      </p>
    </>
  );
}

function Found({ trial }: { trial: Trial }) {
  const here = useHere();
  if (trial.would_be_set && trial.rules.count + trial.entities.count + trial.tests.failed === 0) {
    return <p class="box good" role="status">{t.settings.fits}</p>;
  }
  const left = trial.rules.count + trial.entities.count - trial.rules.data.length - trial.entities.data.length;
  return (
    <div class="box warn" role="status">
      <h2>{t.settings.unfit}</h2>
      <ul>
        {trial.rules.data.map((one) => (
          <li key={one.rule_id}><Badge>{t.shell.kinds.policy}</Badge> <a href={here('policies', one.policy_id)}>{one.rule_id}</a> {one.message}</li>
        ))}
        {trial.entities.data.map((one) => (
          <li key={one.type + one.id + one.pointer}><Badge>{t.shell.kinds.entity}</Badge> <code>{`${one.type}:${one.id}${one.pointer}`}</code> {one.message}</li>
        ))}
        {trial.tests.data.map((one) => <li key={one.id}><Badge>{t.tests.title}</Badge> {one.name}</li>)}
      </ul>
      {left > 0 && <p>{t.settings.unfitMore(left)}</p>}
    </div>
  );
}

// The tenant's schema: what its rules and entities are about, to be read and changed. Before it is saved the server
// says what of all that is stored would no longer fit, and which tests would fail, or where the text is wrong.
import { useEffect, useRef, useState } from 'preact/hooks';
import { call, get, type Fault, type Schemas } from '../api';
import type { Editor, Mistake } from '../editor/editor';
import { useLoad } from '../load';
import { askBeforeLeaving } from '../router';
import { useHere } from '../session';
import { t } from '../text';
import { AsCall } from '../ui/as_call';
import { Badge } from '../ui/basics';
import { CodeBox } from '../ui/code_box';
import { Acts, Dialog } from '../ui/dialog';
import { wrongAt } from '../ui/field';
import { Overtaken } from '../ui/overtaken';
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

interface Kept {
  text: string;
  etag: string | undefined;
}
// What is stored now; nothing where there is none.
async function stored(): Promise<Kept | Fault> {
  const answer = await get('/v1/schema');
  if (answer.ok) return { text: answer.data.schema, etag: answer.etag };
  return answer.fault.status === 404 ? { text: '', etag: undefined } : answer.fault;
}

// Where a text is wrong, of what the server says of it: `schema:LINE:COLUMN: what`, and the line itself below.
export function placeOf(told: string | undefined): Mistake | null {
  const found = /^schema:(\d+):(\d+): (.*)/.exec(told ?? '');
  return found && { line: Number(found[1]), column: Number(found[2]), message: found[3] ?? '', severity: 'error' };
}

function Form({ was, etag, reload }: { was: string; etag: string | undefined; reload: () => void }) {
  const [base, setBase] = useState<Kept>({ text: was, etag });
  const [theirs, setTheirs] = useState<Kept | null>(null);
  const [text, setText] = useState(was);
  const [trial, setTrial] = useState<{ of: string; found: Trial } | null>(null);
  const [fault, setFault] = useState<Fault>();
  const [removing, setRemoving] = useState(false);
  const isChanged = text !== base.text;
  const told = wrongAt(fault, '/schema');
  const place = placeOf(told);
  const editor = useRef<Editor | null>(null);
  useEffect(() => {
    askBeforeLeaving(isChanged ? () => window.confirm(t.role.discard) : null);
    return () => askBeforeLeaving(null);
  }, [isChanged]);
  const seen = trial?.of === text && !theirs ? trial.found : null;
  const unfit = seen ? seen.rules.count + seen.entities.count + seen.tests.failed : 0;
  // What was said of another text is gone; in the editor it stays at its place until this one is looked at.
  const write = (now: string): void => {
    setText(now);
    setFault(undefined);
  };
  const attempt = async (): Promise<void> => {
    const answer = await call('put', '/v1/schema', { body: { schema: text } }, true);
    setFault(answer.ok ? undefined : answer.fault);
    setTrial(answer.ok ? { of: text, found: answer.data as unknown as Trial } : null);
    const mistake = answer.ok ? null : placeOf(wrongAt(answer.fault, '/schema'));
    editor.current?.mark(mistake ? [mistake] : []);
    if (mistake) editor.current?.show(mistake);
  };
  // Somebody else was quicker.
  const overtaken = async (): Promise<void> => {
    const now = await stored();
    if ('text' in now) setTheirs(now);
    else setFault(now);
  };
  const done = (said: string): void => {
    askBeforeLeaving(null);
    toast(said);
    reload();
  };
  const save = async (force: boolean): Promise<void> => {
    const answer = await call('put', '/v1/schema', { body: { schema: text }, query: { force }, ...matching(base) });
    if (answer.ok) done(t.settings.schemaSaved);
    else if (answer.fault.status === 412) await overtaken();
    else setFault(answer.fault);
  };
  const keep = (): void => {
    if (theirs) setBase(theirs);
    setTheirs(null);
    setTrial(null);
  };
  return (
    <>
      <CodeBox kind="schema" label={t.settings.schemaText} text={text} onInput={write} onEditor={(one) => {
        editor.current = one;
        if (place) one?.mark([place]);
      }} />
      {told && <p class="box bad" role="alert">{place ? `${t.policy.place(place.line, place.column)}: ${place.message}` : told}</p>}
      {fault && !told && <Failure fault={fault} />}
      {theirs && (
        <Overtaken theirs={<pre tabIndex={0}>{theirs.text || t.settings.noSchema}</pre>}
          yours={<pre tabIndex={0}>{text}</pre>} take={reload} keep={keep} />
      )}
      {seen && <Found trial={seen} />}
      {isChanged && !seen && !fault && <p class="quiet">{t.settings.changed}</p>}
      <p class="row">
        <Act needs={kNeeds} onClick={attempt} disabled={!isChanged || text.trim() === ''}>{t.settings.trySchema}</Act>
        {seen?.would_be_set === false
          ? <Act needs={kNeeds} kind="danger" onClick={() => save(true)}>{t.settings.saveUnfit(unfit, seen.complete)}</Act>
          : <Act needs={kNeeds} kind="primary" onClick={() => save(false)} disabled={!seen}>{t.settings.saveSchema}</Act>}
        {base.text && <Act needs={kNeeds} kind="danger" onClick={() => setRemoving(true)}>{t.settings.removeSchema}</Act>}
      </p>
      {removing && (
        <Remove of={base} onClose={() => setRemoving(false)} onDone={() => done(t.settings.schemaRemoved)} onOvertaken={overtaken} />
      )}
    </>
  );
}
function matching({ etag }: Kept): { ifMatch?: string } {
  return etag ? { ifMatch: etag } : {};
}

function Remove({ of, onClose, onDone, onOvertaken }: {
  of: Kept; onClose: () => void; onDone: () => void; onOvertaken: () => Promise<void>;
}) {
  const [fault, setFault] = useState<Fault>();
  const submit = async (): Promise<void> => {
    const answer = await call('delete', '/v1/schema', matching(of));
    if (!answer.ok && answer.fault.status !== 412) return setFault(answer.fault);
    if (!answer.ok) await onOvertaken();
    onClose();
    if (answer.ok) onDone();
  };
  return (
    <Dialog title={t.settings.removeSchema} onClose={onClose} onSubmit={submit}>
      {fault && <Failure fault={fault} />}
      <p>{t.settings.removeSchemaHelp}</p>
      <Acts name={t.settings.removeSchema} kind="danger" />
    </Dialog>
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

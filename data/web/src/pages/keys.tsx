// The keys of programs: what each may do, until when. A new key is shown once.
import { useState } from 'preact/hooks';
import { call, get, type Fault, type Schemas } from '../api';
import { useLoad } from '../load';
import { findScopes } from '../search';
import { useHere } from '../session';
import { t } from '../text';
import { AsCall } from '../ui/as_call';
import { Badge, Copy, Scopes, Time } from '../ui/basics';
import { Dialog } from '../ui/dialog';
import { Expiry } from '../ui/expiry';
import { Field, wrongAt } from '../ui/field';
import { Act, PageHead } from '../ui/page';
import { Picker } from '../ui/picker';
import { Empty, Failure, Loaded } from '../ui/states';
import { toast } from '../ui/toast';

type Key = Schemas['ApiKey'];

export function KeysPage() {
  const here = useHere();
  const [making, setMaking] = useState(false);
  const [ending, setEnding] = useState<Key | null>(null);
  const load = useLoad(() => get('/v1/api-keys'), []);
  const make = <Act needs="organization:serviceusermanage" kind="primary" onClick={() => setMaking(true)}>{t.keys.make}</Act>;
  return (
    <>
      <PageHead title={t.keys.title}>{make}</PageHead>
      <Loaded of={load}>
        {(list) => list.data.length === 0 ? <Empty text={t.keys.empty}>{make}</Empty> : (
          <div class="scroller" tabIndex={0} role="region" aria-label={t.keys.title}>
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">{t.keys.name}</th><th scope="col">{t.keys.scopes}</th><th scope="col">{t.keys.state}</th>
                  <th scope="col">{t.keys.expires}</th><th scope="col">{t.common.created}</th><th scope="col">{t.common.actions}</th>
                </tr>
              </thead>
              <tbody>
                {list.data.map((key) => (
                  <tr key={key.id}>
                    <th scope="row"><a href={here('machines', key.id)}>{key.name}</a></th>
                    <td><Scopes scopes={key.scopes} most={5} /></td>
                    <td><State of={key} /></td>
                    <td><Time at={key.expires_at} /></td>
                    <td><Time at={key.created_at} far={false} /></td>
                    <td>
                      {!key.revoked_at && (
                        <Act needs="organization:serviceusermanage" kind="danger" onClick={() => setEnding(key)}
                          label={t.keys.revokeTitle(key.name)}>{t.keys.revoke}</Act>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Loaded>
      <AsCall path="/v1/api-keys" />
      {making && <MakeKey onClose={() => setMaking(false)} onDone={load.reload} />}
      {ending && <RevokeKey of={ending} onClose={() => setEnding(null)} onDone={load.reload} />}
    </>
  );
}

function State({ of }: { of: Key }) {
  if (of.revoked_at) return <Badge kind="bad">{t.keys.revoked}</Badge>;
  if (of.expires_at && Date.parse(of.expires_at) < Date.now()) return <Badge kind="warn">{t.keys.expired}</Badge>;
  return <Badge kind="good">{t.keys.valid}</Badge>;
}

function MakeKey({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>([]);
  const [until, setUntil] = useState<string | null>(null);
  const [fault, setFault] = useState<Fault>();
  const [tried, setTried] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const close = (): void => {
    onClose();
    if (secret) onDone();
  };
  const submit = async (): Promise<void> => {
    setTried(true);
    if (name.trim() === '') return;
    const answer = await call('post', '/v1/api-keys', { body: { name: name.trim(), scopes, expires_at: until } });
    if (answer.ok) setSecret(answer.data.raw_key);
    else setFault(answer.fault);
  };
  if (secret !== null) {
    return (
      <Dialog title={t.keys.shown} onClose={() => {}} onSubmit={close}>
        <p>{t.keys.shownHelp}</p>
        <pre>{secret}</pre>
        <div class="acts"><Copy text={secret} label={t.keys.copyKey} /><button type="submit" class="primary">{t.keys.stored}</button></div>
      </Dialog>
    );
  }
  return (
    <Dialog title={t.keys.make} onClose={close} onSubmit={submit}>
      {fault && <Failure fault={fault} />}
      <Field label={t.keys.name} value={name} onInput={setName} required autoFocus maxLength={200}
        wrong={tried && name.trim() === '' ? t.keys.needName : wrongAt(fault, '/name')} />
      <Picker label={t.keys.scopes} search={findScopes} hint={t.keys.scopesHint} clearOnPick
        onPick={(one) => setScopes([...new Set([...scopes, one.key])].sort())} />
      <p class="chips">
        {scopes.map((scope) => (
          <button type="button" class="small" key={scope} aria-label={t.keys.drop(scope)}
            onClick={() => setScopes(scopes.filter((one) => one !== scope))}>{scope} ×</button>
        ))}
      </p>
      <Expiry value={until} onInput={setUntil} wrong={wrongAt(fault, '/expires_at')} />
      <div class="acts">
        <button type="button" onClick={close}>{t.common.cancel}</button>
        <button type="submit" class="primary">{t.keys.make}</button>
      </div>
    </Dialog>
  );
}

function RevokeKey({ of, onClose, onDone }: { of: Key; onClose: () => void; onDone: () => void }) {
  const [fault, setFault] = useState<Fault>();
  const submit = async (): Promise<void> => {
    const answer = await call('delete', '/v1/api-keys/{id}', { path: { id: of.id } });
    if (!answer.ok) {
      setFault(answer.fault);
      return;
    }
    onClose();
    toast(t.keys.revokedDone);
    onDone();
  };
  return (
    <Dialog title={t.keys.revokeTitle(of.name)} onClose={onClose} onSubmit={submit}>
      {fault && <Failure fault={fault} />}
      <p>{t.keys.revokeHelp}</p>
      <div class="acts">
        <button type="button" onClick={onClose}>{t.common.cancel}</button>
        <button type="submit" class="danger">{t.keys.revoke}</button>
      </div>
    </Dialog>
  );
}

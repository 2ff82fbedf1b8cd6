// Service users and keys: which programs call, with what, when last and until when. A secret is shown once.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { call, get, type Fault, type Schemas } from '../api';
import { usePages } from '../load';
import { askBeforeLeaving } from '../router';
import { findScopes } from '../search';
import { useHere } from '../session';
import { t } from '../text';
import { AsCall } from '../ui/as_call';
import { Copy, Scopes, Time } from '../ui/basics';
import { Acts, Dialog } from '../ui/dialog';
import { Expiry } from '../ui/expiry';
import { Field, Select, wrongAt } from '../ui/field';
import { Act, PageHead } from '../ui/page';
import { Paged, Table } from '../ui/paged';
import { Picker } from '../ui/picker';
import { Empty, Failure } from '../ui/states';
import { toast } from '../ui/toast';
import { LastUse, SecretState, stateOf } from './secrets';

type ServiceUser = Schemas['TenantServiceUser'];
const kManage = 'organization:serviceusermanage';

export function KeysPage() {
  const [making, setMaking] = useState(false);
  const [rotating, setRotating] = useState<ServiceUser | null>(null);
  const [ending, setEnding] = useState<ServiceUser | null>(null);
  const pages = usePages<ServiceUser>((cursor) => get('/v1/service-users', { query: { limit: 100, ...(cursor ? { cursor } : {}) } }), []);
  const make = <Act needs={kManage} kind="primary" onClick={() => setMaking(true)}>{t.keys.make}</Act>;
  return (
    <>
      <PageHead title={t.keys.title}>{make}</PageHead>
      <Paged of={pages} empty={<Empty text={t.keys.empty}>{make}</Empty>}>
        <Table label={t.keys.title} heads={[
          t.keys.name, t.keys.scopes, t.keys.state, t.keys.lastUse, t.keys.expires, t.common.created, t.common.actions,
        ]}>
          {pages.rows.map((one) => <Row key={one.id} of={one} rotate={() => setRotating(one)} revoke={() => setEnding(one)} />)}
        </Table>
      </Paged>
      <AsCall path="/v1/service-users" />
      {making && <MakeKey onClose={() => setMaking(false)} onDone={pages.reload} />}
      {rotating && <RotateKey of={rotating} onClose={() => setRotating(null)} onDone={pages.reload} />}
      {ending && <RevokeKey of={ending} onClose={() => setEnding(null)} onDone={pages.reload} />}
    </>
  );
}

function Row({ of, rotate, revoke }: { of: ServiceUser; rotate: () => void; revoke: () => void }) {
  const here = useHere();
  const secrets = of.secrets ?? [];
  const key = secrets.find((one) => one.kind === 'api_key');
  const others = secrets.filter((one) => one !== key && stateOf(one) === 'valid');
  const lines = key ? [key, ...others] : others;
  return (
    <tr>
      <th scope="row">
        <a href={here('machines', of.id)}>{of.title || of.id}</a>{' '}
        <span class="quiet small">{of.is_api_key ? t.keys.aKey : t.keys.aServiceUser}</span>
      </th>
      <td>{key && <Scopes scopes={key.scopes} most={5} />}</td>
      <td>{of.secrets === null ? <span class="quiet">{t.keys.hidden}</span> : lines.length === 0 ? t.keys.noSecret
        : lines.map((one) => <div key={one.id}><SecretState of={one} /> {one !== key && key && <span class="quiet small">{t.keys.oldSecret}</span>}</div>)}</td>
      <td>{lines.map((one) => <div key={one.id}><LastUse of={one} /></div>)}</td>
      <td>{lines.map((one) => <div key={one.id}><Time at={one.expires_at} /></div>)}</td>
      <td><Time at={of.created_at} far={false} /></td>
      <td>
        {key && stateOf(key) === 'valid' && <Act needs={kManage} onClick={rotate} label={t.keys.rotateTitle(of.title)}>{t.keys.rotate}</Act>}{' '}
        {key && !key.revoked_at && <Act needs={kManage} kind="danger" onClick={revoke} label={t.keys.revokeTitle(of.title)}>{t.keys.revoke}</Act>}
      </td>
    </tr>
  );
}

// The one time that a secret is seen: it stays until whoever sees it says that it is kept.
function Shown({ secret, onClose, children }: { secret: string; onClose: () => void; children?: ComponentChildren }) {
  useEffect(() => {
    askBeforeLeaving(() => window.confirm(t.keys.leave));
    return () => askBeforeLeaving(null);
  }, []);
  return (
    <Dialog title={t.keys.shown} onClose={() => {}} onSubmit={onClose}>
      <p>{t.keys.shownHelp}</p>
      <pre>{secret}</pre>
      {children}
      <div class="acts"><Copy text={secret} label={t.keys.copyKey} /><button type="submit" class="primary">{t.keys.stored}</button></div>
    </Dialog>
  );
}

function MakeKey({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const [name, setName] = useState('');
  const [scopes, setScopes] = useState<string[]>([]);
  const [until, setUntil] = useState<string | null>(null);
  const [fault, setFault] = useState<Fault>();
  const [tried, setTried] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (name.trim() === '') return;
    const answer = await call('post', '/v1/api-keys', { body: { name: name.trim(), scopes, expires_at: until } });
    if (answer.ok) setSecret(answer.data.raw_key);
    else setFault(answer.fault);
  };
  if (secret !== null) return <Shown secret={secret} onClose={() => { onClose(); onDone(); }} />;
  return (
    <Dialog title={t.keys.make} onClose={onClose} onSubmit={submit}>
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
      <Acts name={t.keys.make} />
    </Dialog>
  );
}

const kOverlaps = ['0s', '1h', '24h', '7d', '30d'] as const;
function RotateKey({ of, onClose, onDone }: { of: ServiceUser; onClose: () => void; onDone: () => void }) {
  const [kept, setKept] = useState<string>('24h');
  const [fault, setFault] = useState<Fault>();
  const [made, setMade] = useState<Schemas['RotatedApiKey'] | null>(null);
  const submit = async (): Promise<void> => {
    const answer = await call('post', '/v1/api-keys/{id}/rotate', { path: { id: of.id }, body: { keep_old_for: kept } });
    if (answer.ok) setMade(answer.data);
    else setFault(answer.fault);
  };
  if (made) {
    return (
      <Shown secret={made.raw_key ?? ''} onClose={() => { onClose(); onDone(); }}>
        <p>{made.old_secret ? <>{t.keys.oldUntil} <Time at={made.old_secret.expires_at} /></> : t.keys.oldGone}</p>
      </Shown>
    );
  }
  return (
    <Dialog title={t.keys.rotateTitle(of.title)} onClose={onClose} onSubmit={submit}>
      {fault && <Failure fault={fault} />}
      <p>{t.keys.rotateHelp}</p>
      <Select label={t.keys.keepOld} value={kept} onInput={setKept} options={kOverlaps.map((one): [string, string] => [one, t.keys.overlaps[one]])} />
      <Acts name={t.keys.rotate} />
    </Dialog>
  );
}

function RevokeKey({ of, onClose, onDone }: { of: ServiceUser; onClose: () => void; onDone: () => void }) {
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
    <Dialog title={t.keys.revokeTitle(of.title)} onClose={onClose} onSubmit={submit}>
      {fault && <Failure fault={fault} />}
      <p>{t.keys.revokeHelp}</p>
      <Acts name={t.keys.revoke} kind="danger" />
    </Dialog>
  );
}

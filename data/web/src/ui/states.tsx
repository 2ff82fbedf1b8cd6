// What a screen shows instead of what it is for: while it loads, when there is nothing, and when a call failed.
import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { get, type Fault, type Schemas } from '../api';
import type { Load } from '../load';
import { useSession } from '../session';
import { t } from '../text';
import { Copy } from './basics';

// Bones of what is to come, after a moment in which most calls have answered.
export function Skeleton({ lines = 5 }: { lines?: number }) {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div aria-busy="true" aria-label={t.common.loading} role="group">
      {shown && Array.from({ length: lines }, (_, index) => <div class="bone" key={index} />)}
    </div>
  );
}

export function Empty({ text, children, command }: { text: string; children?: ComponentChildren; command?: string }) {
  return (
    <div class="empty">
      <p>{text}</p>
      <div class="row" style={{ justifyContent: 'center' }}>{children}</div>
      {command && <p class="quiet small">{t.common.orCommand} <code>{command}</code></p>}
    </div>
  );
}

// A failed call: what the server said, all of it, and what can be done.
export function Failure({ fault, retry }: { fault: Fault; retry?: (() => void) | undefined }) {
  if (fault.code === 'stopped') return null;
  if (fault.status === 403) return <Refused fault={fault} retry={retry} />;
  const offline = fault.code === 'offline';
  return (
    <div class="box bad" role="alert">
      <h2>{offline ? t.states.offline : fault.status === 404 ? t.states.gone : t.states.failed(fault.code)}</h2>
      <p>{offline ? t.states.offlineHelp : fault.message}</p>
      {fault.errors.length > 0 && (
        <ul>{fault.errors.map((error) => <li key={error.pointer + error.message}><code>{error.pointer}</code> {error.message}</li>)}</ul>
      )}
      {fault.conflicts.length > 0 && (
        <ul>{fault.conflicts.map(({ revision, resource_type: type, resource_id: id }) => <li key={type + id}>{t.states.since(`${type} ${id}`, revision)}</li>)}</ul>
      )}
      {fault.notices.map((notice) => <p key={notice}>{notice}</p>)}
      <div class="row">
        {retry && <button type="button" onClick={retry}>{t.common.retry}</button>}
        <RequestId id={fault.requestId} />
      </div>
    </div>
  );
}
function RequestId({ id }: { id: string }) {
  if (!id) return null;
  return <span class="row small"><span>{t.states.requestId} <code>{id}</code></span><Copy text={id} label={t.common.copyId} /></span>;
}

// A refusal names the permission that is missing, and who could give it.
function Refused({ fault, retry }: { fault: Fault; retry?: (() => void) | undefined }) {
  const { can, tenant } = useSession();
  const [givers, setGivers] = useState<Schemas['Holder'][]>([]);
  const asks = tenant !== null && can('organization:get');
  useEffect(() => {
    if (!asks) return;
    void get('/v1/permissions/{scope}/holders', { path: { scope: 'organization:policymanage' }, query: { limit: 6 } })
      .then((answer) => {
        if (answer.ok) setGivers(answer.data.data);
      });
  }, [asks]);
  return (
    <div class="box warn" role="alert">
      <h2>{t.states.refused}</h2>
      <p>{fault.message}</p>
      {fault.notices.map((notice) => <p key={notice}>{notice}</p>)}
      {givers.length > 0 && <p>{t.states.givers} {givers.map((one) => one.email ?? one.name).join(', ')}</p>}
      <div class="row">
        {retry && <button type="button" onClick={retry}>{t.common.retry}</button>}
        <RequestId id={fault.requestId} />
      </div>
    </div>
  );
}

export function Loaded<T>({ of, children }: { of: Load<T>; children: (data: T) => ComponentChildren }) {
  if (of.data !== undefined) return <>{children(of.data)}</>;
  if (of.fault) return <Failure fault={of.fault} retry={of.reload} />;
  return <Skeleton />;
}

// Whether the server is well, and its backups: when the last was made, and one more by a button.
import { useState } from 'preact/hooks';
import { call, get, send, type Fault, type Schemas } from '../api';
import { useLoad } from '../load';
import { t } from '../text';
import { count } from '../time';
import { AsCall } from '../ui/as_call';
import { Badge, Time } from '../ui/basics';
import { PageHead } from '../ui/page';
import { Empty, Failure, Loaded } from '../ui/states';
import { toast } from '../ui/toast';

type Backup = Schemas['Backup'];
type Health = Schemas['Health'];
const kOld = 7 * 86_400_000;

export function HealthPage() {
  return (
    <>
      <PageHead title={t.health.title} />
      <Checks />
      <h2>{t.health.backups}</h2>
      <Backups />
    </>
  );
}

function Checks() {
  const load = useLoad(() => send<Health>('get', '/healthz', { tenant: false }), []);
  const start = useLoad(() => send<Schemas['Start']>('get', '/', { tenant: false }), []);
  return (
    <>
      <Loaded of={load}>
        {(health) => (
          <ul class="changes">
            {Object.entries(health.checks ?? {}).map(([name, state]) => (
              <li class="row" key={name}>
                <Badge kind={state === 'ok' ? 'good' : 'bad'}>{state === 'ok' ? t.health.ok : t.health.failed}</Badge>
                <span>{t.health.checks[name as keyof typeof t.health.checks] ?? name}</span>
              </li>
            ))}
          </ul>
        )}
      </Loaded>
      {start.data && <p class="quiet">{t.health.version(start.data.version)}</p>}
    </>
  );
}

function Backups() {
  const load = useLoad(() => get('/v1/backups'), []);
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<Fault>();
  const make = async (): Promise<void> => {
    setBusy(true);
    const answer = await call('post', '/v1/backups', {});
    setBusy(false);
    if (!answer.ok) {
      setFault(answer.fault);
      return;
    }
    toast(t.health.made);
    load.reload();
  };
  const button = <button type="button" class="primary" disabled={busy} onClick={make}>{busy ? t.health.making : t.health.make}</button>;
  return (
    <>
      {fault && <Failure fault={fault} />}
      <Loaded of={load}>
        {(list) => list.data.length === 0 ? <Empty text={t.health.noBackups}>{button}</Empty> : (
          <>
            {isOld(list.data) && <p class="box warn">{t.health.old}</p>}
            <p>{button}</p>
            <BackupTable backups={list.data} />
          </>
        )}
      </Loaded>
      <AsCall path="/v1/backups" command="reeve backup" />
    </>
  );
}
function isOld(backups: Backup[]): boolean {
  return Math.max(...backups.map((one) => Date.parse(one.created_at))) < Date.now() - kOld;
}

function BackupTable({ backups }: { backups: Backup[] }) {
  return (
    <div class="scroller" tabIndex={0} role="region" aria-label={t.health.backups}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t.common.created}</th><th scope="col">{t.common.name}</th><th scope="col" class="num">{t.health.revision}</th>
            <th scope="col" class="num">{t.health.bytes}</th><th scope="col">{t.health.state}</th>
          </tr>
        </thead>
        <tbody>
          {backups.map((one) => (
            <tr key={one.name}>
              <td><Time at={one.created_at} /></td><th scope="row"><code>{one.name}</code></th>
              <td class="num">{one.revision === null ? '' : count(one.revision)}</td><td class="num">{one.bytes === null ? '' : count(one.bytes)}</td>
              <td>{one.damage ? <><Badge kind="bad">{t.health.damaged}</Badge> {one.damage}</> : <Badge kind="good">{t.health.ok}</Badge>}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

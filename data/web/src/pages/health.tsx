// Whether the server will hold: what it says of itself, its backups, and the configuration in force. For the platform.
import { useState } from 'preact/hooks';
import { call, get, send, type Fault, type Schemas } from '../api';
import { saveBlob } from '../export';
import { useLoad } from '../load';
import { t } from '../text';
import { bytes, count, span } from '../time';
import { AsCall } from '../ui/as_call';
import { Badge, Copy, Facts, Time } from '../ui/basics';
import { Field } from '../ui/field';
import { PageHead } from '../ui/page';
import { Table } from '../ui/paged';
import { Empty, Failure, Loaded } from '../ui/states';
import { Tabs } from '../ui/tabs';
import { toast } from '../ui/toast';

type Backup = Schemas['Backup'];
type Status = Schemas['ServerStatus'];
const kOldDays = 7, kDay = 86_400, kSoonDays = 14, kFull = 80;

export function HealthPage() {
  return (
    <>
      <PageHead title={t.health.title} />
      <Tabs label={t.health.title} tabs={[
        { key: 'status', name: t.health.now, show: () => <Now /> },
        { key: 'backups', name: t.health.backups, show: () => <Backups /> },
        { key: 'config', name: t.health.config, show: () => <Config /> },
      ]} />
    </>
  );
}

// What somebody should look at, as sentences.
export function worries(status: Status): string[] {
  const { store, backups, reload, audit, following } = status;
  const w = t.health.worries;
  const found: [boolean, string][] = [
    [store.is_damaged, w.damaged],
    [!store.is_writable, w.notWritable],
    [store.room !== 'ample', w.noRoom],
    [store.used_percent >= kFull, w.mapFull],
    [status.writer.queued * 2 > status.writer.queue_limit, w.queue],
    [(status.readers.oldest_seconds ?? 0) >= 60, w.reader],
    [reload?.outcome === 'refused', w.reload],
    [status.certificates.some((one) => one.days_left < kSoonDays), w.certificate],
    [backups === null, w.noFolder],
    [backups?.failure != null, w.folder],
    [(backups?.damaged ?? 0) > 0, w.backupDamaged],
    [backups !== null && (backups.last === null || backups.last.age_seconds > kOldDays * kDay), w.backupOld],
    [(audit.heads_age_seconds ?? 0) > 2 * 3600, w.heads],
    [status.decision_log.lost > 0, w.lost],
    [following?.hindrance != null, w.following],
  ];
  return found.filter(([is]) => is).map(([, sentence]) => sentence);
}

function Now() {
  const load = useLoad(() => get('/v1/status'), []);
  return (
    <>
      <Loaded of={load}>{(status) => <Figures status={status} />}</Loaded>
      <button type="button" onClick={load.reload}>{t.health.again}</button>
      <AsCall path="/v1/status" />
    </>
  );
}

function Figures({ status }: { status: Status }) {
  const { store, readers, traffic, reload, backups, audit, following } = status;
  const h = t.health;
  const found = worries(status);
  const rejected = Object.values(traffic.rejected).reduce((sum, n) => sum + n, 0);
  const oldest = readers.oldest_seconds === null ? '' : ` · ${h.oldest(span(readers.oldest_seconds), readers.oldest_commits_behind)}`;
  return (
    <>
      {found.length === 0 ? <p class="box good">{h.well}</p>
        : <div class="box warn"><ul style={{ margin: 0 }}>{found.map((one) => <li key={one}>{one}</li>)}</ul></div>}
      <Facts rows={[
        [h.version, status.version],
        [h.up, <>{span(status.uptime_seconds)} <span class="quiet">· {h.since} <Time at={status.started_at} far={false} /></span></>],
        [h.revision, count(status.revision)],
        [h.map, <>{h.of(bytes(store.used_bytes), bytes(store.map_bytes))} ({store.used_percent} %)</>],
        [h.disk, store.disk_free_bytes === null ? h.unknown : bytes(store.disk_free_bytes)],
        [h.queue, h.of(count(status.writer.queued), count(status.writer.queue_limit))],
        [h.readers, count(readers.open) + oldest],
        [h.connections, h.of(count(traffic.connections), count(traffic.connections_limit))],
        [h.requests, <>{count(traffic.requests)} <span class="quiet">· {h.rejected(rejected)}</span></>],
        [h.reload, reload === null ? h.noReload : <><Badge kind={reload.outcome === 'done' ? 'good' : 'bad'}>{h.outcomes[reload.outcome]}</Badge> <Time at={reload.at} /></>],
        [h.certificates, status.certificates.length === 0 ? h.noTls : (
          <ul class="changes">{status.certificates.map((one) => <li key={one.file}><Time at={one.ends_at} /> <span class="quiet">{one.names.join(', ')}</span></li>)}</ul>
        )],
        [h.lastBackup, backups?.last ? <><Time at={backups.last.created_at} /> <Badge kind="good">{h.verified}</Badge> <span class="quiet">{bytes(backups.last.bytes)}</span></> : h.none],
        [h.heads, <>{audit.heads_published_at ? <Time at={audit.heads_published_at} /> : h.notYet} <span class="quiet">· {audit.signs_heads ? h.signed : h.unsigned}</span></>],
        ...(following ? [[h.following, <>{following.primary} <span class="quiet">· {following.stale_seconds === null ? h.unknown : h.behind(span(following.stale_seconds), span(following.max_stale_seconds))}</span> {following.hindrance}</>] as [string, preact.ComponentChildren]] : []),
      ]} />
      {reload && reload.mistakes.length > 0 && (
        <>
          <h2>{h.mistakes}</h2>
          <ul class="changes">
            {reload.mistakes.map((one) => (
              <li key={one.file + one.message + one.line}>{one.file && <><code>{`${one.file}:${one.line}:${one.column}`}</code> </>}{one.message}</li>
            ))}
          </ul>
        </>
      )}
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
    setFault(undefined);
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
            {isOld(list.data) && <p class="box warn">{t.health.worries.backupOld}</p>}
            <p>{button}</p>
            <BackupTable backups={list.data} onFault={setFault} />
          </>
        )}
      </Loaded>
      <AsCall path="/v1/backups" command="reeve backup" />
    </>
  );
}
function isOld(backups: Backup[]): boolean {
  return Math.max(...backups.map((one) => Date.parse(one.created_at))) < Date.now() - kOldDays * kDay * 1000;
}

function BackupTable({ backups, onFault }: { backups: Backup[]; onFault: (fault: Fault) => void }) {
  const download = async (name: string): Promise<void> => {
    const answer = await send<Blob>('get', `/v1/backups/${encodeURIComponent(name)}/archive`, { tenant: false, raw: true });
    if (answer.ok) saveBlob(`${name}.tar`, answer.data);
    else onFault(answer.fault);
  };
  return (
    <Table label={t.health.backups} heads={[
      t.common.created, t.common.name, { num: t.health.revision },
      { num: t.health.bytes }, t.health.state, t.common.actions,
    ]}>
      {backups.map((one) => (
        <tr key={one.name}>
          <td><Time at={one.created_at} /></td><th scope="row"><code>{one.name}</code></th>
          <td class="num">{one.revision === null ? '' : count(one.revision)}</td><td class="num">{one.bytes === null ? '' : bytes(one.bytes)}</td>
          <td>{one.damage ? <><Badge kind="bad">{t.health.damaged}</Badge> {one.damage}</> : <Badge kind="good">{t.health.verified}</Badge>}</td>
          <td>{!one.damage && <button type="button" aria-label={t.health.downloadOne(one.name)} onClick={() => download(one.name)}>{t.health.download}</button>}</td>
        </tr>
      ))}
    </Table>
  );
}

// A line of reeve.yaml, in sections as it stands there: JSON is YAML.
export function yamlOf(key: string, value: unknown): string {
  return key.split('.').map((name, depth, all) => `${'  '.repeat(depth)}${name}:${depth === all.length - 1 ? ` ${JSON.stringify(value)}` : ''}`).join('\n') + '\n';
}

function Config() {
  const load = useLoad(() => get('/v1/config'), []);
  const [words, setWords] = useState('');
  const [changed, setChanged] = useState(false);
  const h = t.health;
  return (
    <>
      <p class="quiet">{h.configHelp}</p>
      <Field label={t.common.filter} value={words} onInput={setWords} type="search" />
      <p><label><input type="checkbox" checked={changed} onChange={() => setChanged(!changed)} /> {h.onlyGiven}</label></p>
      <Loaded of={load}>
        {(list) => (
          <Table label={h.config} heads={[h.key, h.value, h.from, h.taken, t.common.actions]}>
            {list.data.filter((one) => one.key.includes(words.trim()) && (!changed || one.origin !== 'default')).map((one) => (
              <tr key={one.key}>
                <th scope="row" title={one.description}><code>{one.key}</code></th>
                <td class="words">
                  <code>{JSON.stringify(one.value)}</code>
                  {one.at_next_start !== null && <div><Badge kind="warn">{h.next}</Badge> <code>{JSON.stringify(one.at_next_start)}</code></div>}
                </td>
                <td>{one.from === null ? <span class="quiet">{h.usual}</span> : <code class="small">{one.from}{one.line === null ? '' : `:${one.line}`}</code>}</td>
                <td>{one.needs_restart ? h.byRestart : h.byReload}</td>
                <td><Copy text={yamlOf(one.key, one.value)} label={h.copyLine(one.key)} /></td>
              </tr>
            ))}
          </Table>
        )}
      </Loaded>
      <AsCall path="/v1/config" />
    </>
  );
}

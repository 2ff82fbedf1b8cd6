// Which decisions are recorded, and what answers say of their reasons. Neither changes what is decided.
import { useState } from 'preact/hooks';
import { call, get, type Fault, type Schemas } from '../api';
import { useLoad } from '../load';
import { t } from '../text';
import { AsCall } from '../ui/as_call';
import { Select } from '../ui/field';
import { Act } from '../ui/page';
import { Failure, Loaded } from '../ui/states';
import { toast } from '../ui/toast';

type Settings = Schemas['DecisionSettings'];
const kReasons = ['none', 'user', 'admin', 'trace'] as const;
const kLogs = ['off', 'denied', 'all'] as const;

export function DecisionSettings() {
  const load = useLoad(() => get('/v1/decisions/settings'), []);
  return (
    <>
      <p class="quiet">{t.decisionSettings.intro}</p>
      <Loaded of={load}>{(settings) => <Form key={load.etag} settings={settings} etag={load.etag ?? ''} reload={load.reload} />}</Loaded>
      <AsCall path="/v1/decisions/settings" />
    </>
  );
}

function Form({ settings, etag, reload }: { settings: Settings; etag: string; reload: () => void }) {
  const [log, setLog] = useState(settings.log ?? 'off');
  const [reasons, setReasons] = useState(settings.reasons ?? 'none');
  const [fault, setFault] = useState<Fault>();
  // A part of all decisions is a value of its own, which stays as it is until another is chosen.
  const logs: [string, string][] = kLogs.map((one) => [one, t.decisionSettings.logs[one]]);
  if (settings.log && !kLogs.some((one) => one === settings.log)) logs.push([settings.log, settings.log]);
  const save = async (): Promise<void> => {
    const answer = await call('put', '/v1/decisions/settings', { body: { ...settings, log, reasons }, ...(etag ? { ifMatch: etag } : {}) });
    if (!answer.ok) {
      setFault(answer.fault);
      return;
    }
    toast(t.decisionSettings.saved);
    reload();
  };
  return (
    <div class="narrow">
      {fault && <Failure fault={fault} retry={reload} />}
      <Select label={t.decisionSettings.log} value={log} options={logs} onInput={setLog} />
      <Select label={t.decisionSettings.reasons} value={reasons} onInput={(text) => setReasons(text as typeof reasons)}
        options={kReasons.map((one): [string, string] => [one, t.decisionSettings.levels[one]])} />
      <Act needs="organization:policymanage" kind="primary" onClick={save}
        disabled={log === (settings.log ?? 'off') && reasons === (settings.reasons ?? 'none')}>{t.common.save}</Act>
    </div>
  );
}

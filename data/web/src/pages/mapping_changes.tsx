// What is done to mappings, one or many at once: a later end, no end any more, or taken away. Many are one change.
import { useState } from 'preact/hooks';
import { change, get, type Schemas } from '../api';
import { useLoad } from '../load';
import { t } from '../text';
import { Acts, Dialog } from '../ui/dialog';
import { kPresets, localText } from '../ui/expiry';
import { Field } from '../ui/field';
import { removeText, saveText, type Asked } from '../ui/impact';
import { Failure } from '../ui/states';

type Mapping = Schemas['Mapping'];

const kKinds: Record<Mapping['principal']['type'], string> = { user: 'user', service_user: 'serviceuser', group: 'group' };

// What the audit log calls a mapping.
function entryOf({ type, id }: { type: Mapping['principal']['type']; id: string }, role: string): { type: string; id: string } {
  return { type: 'mapping', id: `${kKinds[type]}:${id}/${role}` };
}
// What they are about in the log, where it is one.
function entryOfOne(rows: Mapping[]): Pick<Asked, 'entry'> {
  const one = rows[0];
  return one && rows.length === 1 ? { entry: entryOf(one.principal, one.role) } : {};
}
function named(rows: Mapping[]): string {
  const one = rows[0];
  return one && rows.length === 1 ? t.mappings.one(one.principal.name, one.role) : t.mappings.many(rows.length);
}

export function takeAll(rows: Mapping[], after: () => void): Asked {
  const one = rows.length === 1 ? rows[0] : undefined;
  return {
    title: t.mappings.takeTitle(named(rows)),
    change: one ? change('delete', '/v1/mappings/{id}', { path: { id: one.id } })
      : change('post', '/v1/mappings:bulk', { body: { delete: rows.map(({ id }) => id) } }),
    confirm: removeText,
    done: t.mappings.taken(rows.length),
    danger: true,
    ...entryOfOne(rows),
    after,
  };
}

// Takes away what a path of somebody's says that they were given directly.
export function takePath(of: { type: Mapping['principal']['type']; id: string }, path: Schemas['AccessPath'], after: () => void): Asked {
  const role = path.role ?? '';
  return {
    title: t.person.takeTitle(role),
    change: change('delete', '/v1/mappings/{id}', { path: { id: path.mapping_id ?? '' } }),
    confirm: removeText,
    done: t.person.taken,
    danger: true,
    entry: entryOf(of, role),
    after,
  };
}

type Ends = { by: number } | { at: string | null };
// A span is added to the end of each, or to now where that is past. Who has no end isn't given one by it.
export function endOf(one: Pick<Mapping, 'expires_at'>, ends: Ends, now = Date.now()): string | null {
  if ('at' in ends) return ends.at;
  return one.expires_at && new Date(Math.max(now, Date.parse(one.expires_at)) + ends.by).toISOString();
}

function extendAll(rows: Mapping[], etag: string | undefined, ends: Ends, reason: string, after: () => void): Asked {
  const patch = (one: Mapping) => ({ expires_at: endOf(one, ends), ...(reason ? { reason } : {}) });
  const one = rows.length === 1 ? rows[0] : undefined;
  return {
    title: t.mappings.extendTitle(named(rows)),
    change: one ? change('patch', '/v1/mappings/{id}', { path: { id: one.id }, body: patch(one), ...(etag ? { ifMatch: etag } : {}) })
      : change('post', '/v1/mappings:bulk', { body: { update: rows.map((row) => ({ id: row.id, ...patch(row) })) } }),
    confirm: saveText,
    done: t.mappings.extended(rows.length),
    ...entryOfOne(rows),
    after,
  };
}

interface Props {
  rows: Mapping[];
  onClose: () => void;
  ask: (asked: Asked) => void;
  after: () => void;
}
// One is changed as it was when this began; of many the server is asked at once, and says what they are by then.
export function Extend(props: Props) {
  const one = props.rows.length === 1 ? props.rows[0] : undefined;
  return one ? <ExtendOne {...props} of={one} /> : <Ends {...props} />;
}
function ExtendOne({ of, ...props }: Props & { of: Mapping }) {
  const load = useLoad(() => get('/v1/mappings/{id}', { path: { id: of.id } }), [of.id]);
  if (load.data) return <Ends {...props} rows={[load.data]} etag={load.etag} />;
  return load.fault && (
    <Dialog title={t.mappings.extendTitle(named([of]))} onClose={props.onClose} onSubmit={props.onClose}>
      <Failure fault={load.fault} retry={load.reload} />
      <div class="acts"><button type="submit">{t.common.close}</button></div>
    </Dialog>
  );
}

// By how much, or until when. For good asks why.
function Ends({ rows, etag, onClose, ask, after }: Props & { etag?: string | undefined }) {
  const ending = rows.filter((one) => one.expires_at);
  const endless = rows.length - ending.length;
  const [kind, setKind] = useState<string>(ending.length > 0 ? 'week' : 'date');
  const [date, setDate] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const span = kPresets.find(([key]) => key === kind)?.[1];
  const needsReason = kind === 'never' && reason.trim() === '';
  const submit = (): void => {
    setTried(true);
    if (needsReason || (kind === 'date' && !date)) return;
    onClose();
    if (span === undefined) ask(extendAll(rows, etag, { at: kind === 'date' ? date : null }, reason.trim(), after));
    else ask(extendAll(ending, etag, { by: span }, reason.trim(), after));
  };
  const choice = (key: string, name: string) => (
    <button type="button" key={key} aria-pressed={kind === key} onClick={() => setKind(key)}>{name}</button>
  );
  return (
    <Dialog title={t.mappings.extendTitle(named(rows))} onClose={onClose} onSubmit={submit}>
      <div class="field" role="group" aria-label={t.mappings.longer}>
        <span class="label">{t.mappings.longer}</span>
        <div class="presets">
          {ending.length > 0 && kPresets.map(([key]) => choice(key, t.expiry.presets[key]))}
          {choice('date', t.expiry.date)}
          {choice('never', t.mappings.permanent)}
        </div>
        {kind === 'date' && (
          <Field label={t.expiry.dateLabel} type="datetime-local" value={localText(date)}
            wrong={tried && !date ? t.mappings.needDate : undefined}
            onInput={(text) => setDate(text ? new Date(text).toISOString() : null)} />
        )}
        {endless > 0 && <div class="small" role="status">{span === undefined ? t.mappings.endless(endless) : t.mappings.endlessStay(endless)}</div>}
      </div>
      <Field label={t.common.reason} value={reason} onInput={setReason} maxLength={500} hint={t.common.reasonHint}
        wrong={tried && needsReason ? t.mappings.needReason : undefined} />
      <Acts name={t.group.save} />
    </Dialog>
  );
}

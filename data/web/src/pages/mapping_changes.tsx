// What is done to mappings, one or many at once: a later end, no end any more, or taken away. Many are one change.
import { useState } from 'preact/hooks';
import { change, type Schemas } from '../api';
import { t } from '../text';
import { Acts, Dialog } from '../ui/dialog';
import { kPresets, localText } from '../ui/expiry';
import { Field } from '../ui/field';
import { removeText, saveText, type Asked } from '../ui/impact';

type Mapping = Schemas['Mapping'];

const kKinds: Record<Mapping['principal']['type'], string> = { user: 'user', service_user: 'serviceuser', group: 'group' };

// What they are about in the audit log, where it is one.
function entryOf(rows: Mapping[]): Pick<Asked, 'entry'> {
  const one = rows[0];
  if (!one || rows.length > 1) return {};
  return { entry: { type: 'mapping', id: `${kKinds[one.principal.type]}:${one.principal.id}/${one.role}` } };
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
    ...entryOf(rows),
    after,
  };
}

type Ends = { by: number } | { at: string | null };
// A span is added to the end of each, or to now where that is past or there is none.
export function endOf(one: Pick<Mapping, 'expires_at'>, ends: Ends, now = Date.now()): string | null {
  if ('at' in ends) return ends.at;
  return new Date(Math.max(now, one.expires_at ? Date.parse(one.expires_at) : now) + ends.by).toISOString();
}

function extendAll(rows: Mapping[], ends: Ends, reason: string, after: () => void): Asked {
  const patch = (one: Mapping) => ({ expires_at: endOf(one, ends), ...(reason ? { reason } : {}) });
  const one = rows.length === 1 ? rows[0] : undefined;
  return {
    title: t.mappings.extendTitle(named(rows)),
    change: one ? change('patch', '/v1/mappings/{id}', { path: { id: one.id }, body: patch(one) })
      : change('post', '/v1/mappings:bulk', { body: { update: rows.map((row) => ({ id: row.id, ...patch(row) })) } }),
    confirm: saveText,
    done: t.mappings.extended(rows.length),
    ...entryOf(rows),
    after,
  };
}

// By how much, or until when. For good asks why.
export function Extend({ rows, onClose, ask, after }: {
  rows: Mapping[]; onClose: () => void; ask: (asked: Asked) => void; after: () => void;
}) {
  const [kind, setKind] = useState<string>('week');
  const [date, setDate] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const span = kPresets.find(([key]) => key === kind)?.[1];
  const needsReason = kind === 'never' && reason.trim() === '';
  const submit = (): void => {
    setTried(true);
    if (needsReason || (kind === 'date' && !date)) return;
    onClose();
    ask(extendAll(rows, span === undefined ? { at: kind === 'date' ? date : null } : { by: span }, reason.trim(), after));
  };
  const choice = (key: string, name: string) => (
    <button type="button" key={key} aria-pressed={kind === key} onClick={() => setKind(key)}>{name}</button>
  );
  return (
    <Dialog title={t.mappings.extendTitle(named(rows))} onClose={onClose} onSubmit={submit}>
      <div class="field" role="group" aria-label={t.mappings.longer}>
        <span class="label">{t.mappings.longer}</span>
        <div class="presets">
          {kPresets.map(([key]) => choice(key, t.expiry.presets[key]))}
          {choice('date', t.expiry.date)}
          {choice('never', t.mappings.permanent)}
        </div>
        {kind === 'date' && (
          <Field label={t.expiry.dateLabel} type="datetime-local" value={localText(date)}
            wrong={tried && !date ? t.mappings.needDate : undefined}
            onInput={(text) => setDate(text ? new Date(text).toISOString() : null)} />
        )}
      </div>
      <Field label={t.common.reason} value={reason} onInput={setReason} maxLength={500} hint={t.common.reasonHint}
        wrong={tried && needsReason ? t.mappings.needReason : undefined} />
      <Acts name={t.group.save} />
    </Dialog>
  );
}

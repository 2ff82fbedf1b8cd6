// Gives a role to somebody, until some time, on something or everywhere; and takes one away. Either is looked at first.
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { change } from '../api';
import type { EntityName } from '../entity';
import { findRoles } from '../search';
import { t } from '../text';
import { Acts, Dialog } from '../ui/dialog';
import { Expiry, localText } from '../ui/expiry';
import { Field } from '../ui/field';
import { saveText, type Asked } from '../ui/impact';
import { Picker, type Option } from '../ui/picker';

export interface Terms {
  valid_from: string | null;
  expires_at: string | null;
  reason: string | null;
  resource: string;
}
export interface Principal extends EntityName {
  type: 'user' | 'group' | 'service_user';
  name: string;
}

export function giveRole(role: Option, to: Principal, terms: Terms, after: () => void): Asked {
  return {
    title: t.role.giveTitle(role.name, to.name),
    change: change('post', '/v1/mappings', { body: { principal: { type: to.type, id: to.id }, role: role.key, ...terms } }),
    confirm: saveText,
    done: t.role.given,
    entry: { type: to.type, id: to.id },
    after,
  };
}

// The dialog that asks for the terms; `children` ask for what isn't known yet.
export function TermsDialog({ title, ready, onClose, submit, children }: {
  title: string; ready: boolean; onClose: () => void; submit: (terms: Terms) => void; children: ComponentChildren;
}) {
  const [from, setFrom] = useState<string | null>(null);
  const [until, setUntil] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const [resource, setResource] = useState('');
  const done = (): void => {
    if (!ready) return;
    onClose();
    submit({ valid_from: from, expires_at: until, reason: reason.trim() || null, resource: resource.trim() });
  };
  return (
    <Dialog title={title} onClose={onClose} onSubmit={done}>
      {children}
      <Expiry value={until} onInput={setUntil} />
      <Field label={t.mappings.from} type="datetime-local" value={localText(from)} hint={t.mappings.fromHint}
        onInput={(text) => setFrom(text ? new Date(text).toISOString() : null)} />
      <Field label={t.role.resource} value={resource} onInput={setResource} hint={t.role.resourceHint} />
      <Field label={t.common.reason} value={reason} onInput={setReason} hint={t.common.reasonHint} maxLength={500} />
      <Acts name={t.role.give} disabled={!ready} />
    </Dialog>
  );
}

export function GiveRoleTo({ to, onClose, ask, after }: {
  to: Principal; onClose: () => void; ask: (asked: Asked) => void; after: () => void;
}) {
  const [role, setRole] = useState<Option | null>(null);
  return (
    <TermsDialog title={t.group.giveRole} ready={role !== null} onClose={onClose}
      submit={(terms) => role && ask(giveRole(role, to, terms, after))}>
      <Picker label={t.group.role} search={findRoles} value={role?.name ?? ''} onPick={setRole} onText={() => setRole(null)} />
    </TermsDialog>
  );
}

// To whomever is picked: the keys of what `search` finds are `group:…` and `user:…`.
export function GiveRoleToAnybody({ search, onClose, ask, after }: {
  search: (words: string) => Promise<Option[]>; onClose: () => void; ask: (asked: Asked) => void; after: () => void;
}) {
  const [to, setTo] = useState<Option | null>(null);
  const [role, setRole] = useState<Option | null>(null);
  const submit = (terms: Terms): void => {
    const [type = '', id = ''] = to?.key.split(':') ?? [];
    if (to && role) ask(giveRole(role, { type: type as Principal['type'], id, name: to.name }, terms, after));
  };
  return (
    <TermsDialog title={t.group.giveRole} ready={to !== null && role !== null} onClose={onClose} submit={submit}>
      <Picker label={t.mappings.principal} search={search} value={to?.name ?? ''} onPick={setTo} onText={() => setTo(null)} />
      <Picker label={t.group.role} search={findRoles} value={role?.name ?? ''} onPick={setRole} onText={() => setRole(null)} />
    </TermsDialog>
  );
}

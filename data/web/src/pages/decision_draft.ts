// The settings of decisions as they are typed, what is sent of that, and what becomes of it where somebody else saved
// others first.
import type { Fault, Schemas } from '../api';

export type Settings = Required<Schemas['DecisionSettings']>;
export const kLogs = ['off', 'denied', 'all', 'sample'] as const;
export const kReasons = ['none', 'user', 'admin', 'trace'] as const;
export const kOnError = ['deny', 'cedar'] as const;

export interface Draft {
  log: (typeof kLogs)[number];
  part: string;
  entries: string;
  days: string;
  strict: boolean;
  masks: string; // a line for each, as of secrets and types
  secret: string;
  reasons: Settings['reasons'];
  onError: Settings['on_error'];
  types: string; // each as `type = name`
}

// Those of a tenant that has set nothing, and what an answer leaves out.
export function wholeOf(given: Schemas['DecisionSettings']): Settings {
  return {
    on_error: 'deny', reasons: 'none', type_names: {}, log: 'off', log_keep: {}, log_mask: [], log_strict: false, secret: [], ...given,
  };
}
export function draftOf(settings: Settings): Draft {
  const isSample = settings.log.startsWith('sample:');
  return {
    log: isSample ? 'sample' : kLogs.find((one) => one === settings.log) ?? 'off',
    part: isSample ? settings.log.slice('sample:'.length) : '0.01',
    entries: String(settings.log_keep.entries ?? 100_000),
    days: String(settings.log_keep.days ?? 30),
    strict: settings.log_strict,
    masks: settings.log_mask.join('\n'),
    secret: settings.secret.join('\n'),
    reasons: settings.reasons,
    onError: settings.on_error,
    types: Object.entries(settings.type_names).map(([type, name]) => `${type} = ${name}`).join('\n'),
  };
}

export function linesOf(text: string): string[] {
  return text.split('\n').map((line) => line.trim()).filter(Boolean);
}
// The first line that names no type, or one that another names.
export function wrongType(text: string): string | undefined {
  const seen = new Set<string>();
  return linesOf(text).find((line) => {
    const [type] = pairOf(line);
    return type === '' || seen.size === seen.add(type).size;
  });
}
// Names have no `=`; types may.
function pairOf(line: string): [type: string, name: string] {
  const at = line.lastIndexOf('=');
  return at < 0 ? ['', ''] : [line.slice(0, at).trim(), line.slice(at + 1).trim()];
}
export const isWhole = (text: string): boolean => /^\d{1,9}$/.test(text.trim());

export function settingsOf(draft: Draft): Settings {
  return {
    on_error: draft.onError,
    reasons: draft.reasons,
    type_names: Object.fromEntries(linesOf(draft.types).map(pairOf)),
    log: draft.log === 'sample' ? `sample:${draft.part.trim()}` : draft.log,
    log_keep: { entries: Number(draft.entries), days: Number(draft.days) },
    log_mask: linesOf(draft.masks),
    log_strict: draft.strict,
    secret: linesOf(draft.secret),
  };
}

const kSettings: (keyof Settings)[] = ['log', 'log_keep', 'log_strict', 'log_mask', 'reasons', 'secret', 'on_error', 'type_names'];
// Which of them two have otherwise. The order of types and of what is secret says nothing.
export function otherwise(one: Settings, two: Settings): (keyof Settings)[] {
  const plain = (value: unknown): string => JSON.stringify(value, (_, held: unknown) => (
    held && typeof held === 'object' && !Array.isArray(held) ? Object.fromEntries(Object.entries(held).sort()) : held));
  const sorted = (all: Settings): Settings => ({ ...all, secret: [...new Set(all.secret)].sort() });
  return kSettings.filter((key) => plain(sorted(one)[key]) !== plain(sorted(two)[key]));
}
// What was changed here, over what is stored by now.
export function over(base: Settings, mine: Settings, theirs: Settings): Settings {
  const kept = otherwise(base, mine).map((key) => [key, mine[key]] as const);
  return { ...theirs, ...Object.fromEntries(kept) };
}

// What a fault says of a list or of what is in it, each with its line.
export function wrongIn(fault: Fault | undefined, pointer: string, lines: string[] = []): string | undefined {
  const told = fault?.errors.filter((one) => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`)).map((one) => {
    const rest = one.pointer.slice(pointer.length + 1).replaceAll('~1', '/').replaceAll('~0', '~');
    const line = rest === '' ? '' : lines[Number(rest)] ?? rest;
    return line ? `${line}: ${one.message}` : one.message;
  });
  return told?.length ? told.join('; ') : undefined;
}

// How a role stands to each permission: it has it itself, another that it has implies it, both, or neither.
import type { Schemas } from './api';

type Permission = Schemas['Permission'];
export interface Standing {
  granted: boolean;
  // The permissions of the role that imply it, directly or through others.
  impliedBy: string[];
}

export function standings(permissions: Permission[], scopes: Iterable<string>): Map<string, Standing> {
  const implies = new Map(permissions.map((one) => [one.scope, one.implies]));
  const found = new Map<string, Standing>(permissions.map((one) => [one.scope, { granted: false, impliedBy: [] }]));
  for (const scope of scopes) {
    const own = found.get(scope);
    if (own) own.granted = true;
    const seen = new Set([scope]);
    const open = [...(implies.get(scope) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      found.get(next)?.impliedBy.push(scope);
      open.push(...(implies.get(next) ?? []));
    }
  }
  return found;
}

export function differences(before: string[], after: Iterable<string>): { added: string[]; removed: string[] } {
  const now = new Set(after);
  return {
    added: [...now].filter((scope) => !before.includes(scope)).sort(),
    removed: before.filter((scope) => !now.has(scope)),
  };
}

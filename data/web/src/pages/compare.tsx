// Two people, groups or roles side by side: what only one of them has, and what both have.
import { get, type Answer } from '../api';
import { useLoad } from '../load';
import { amend, useRoute } from '../router';
import { findGroups, findPeople, findRoles } from '../search';
import { t } from '../text';
import { count } from '../time';
import { Select } from '../ui/field';
import { PageHead } from '../ui/page';
import { Picker } from '../ui/picker';
import { Loaded } from '../ui/states';

type Kind = 'users' | 'groups' | 'roles';
const kKinds: Kind[] = ['users', 'groups', 'roles'];
const kSearch = { users: findPeople, groups: findGroups, roles: findRoles };

// What each has alone, and what both have, in order.
export function sides(a: string[], b: string[]): { a: string[]; both: string[]; b: string[] } {
  const [inA, inB] = [new Set(a), new Set(b)];
  return {
    a: [...inA].filter((one) => !inB.has(one)).sort(),
    both: [...inA].filter((one) => inB.has(one)).sort(),
    b: [...inB].filter((one) => !inA.has(one)).sort(),
  };
}

// All permissions that somebody holds everywhere or on something, or that a role has itself.
async function scopesOf(kind: Kind, id: string): Promise<Answer<string[]>> {
  if (kind === 'roles') {
    const role = await get('/v1/roles/{slug}', { path: { slug: id } });
    return role.ok ? { ...role, data: role.data.scopes } : role;
  }
  const found: string[] = [];
  let cursor: string | undefined;
  for (;;) {
    const page = await get(`/v1/${kind}/{id}/effective`, { path: { id }, query: { by: 'scope', limit: 250, ...(cursor ? { cursor } : {}) } });
    if (!page.ok) return page;
    for (const row of page.data.data) if ('scope' in row) found.push(row.scope);
    cursor = page.data.next_cursor;
    if (!cursor) return { ...page, data: found };
  }
}
async function bothOf(kind: Kind, a: string, b: string): Promise<Answer<{ a: string[]; both: string[]; b: string[] }>> {
  const [first, second] = await Promise.all([scopesOf(kind, a), scopesOf(kind, b)]);
  if (!first.ok) return first;
  return second.ok ? { ...second, data: sides(first.data, second.data) } : second;
}

export function ComparePage() {
  const { query } = useRoute();
  const kind = kKinds.find((one) => one === query['kind']) ?? 'users';
  const pick = (side: 'a' | 'b') => (
    <Picker label={side === 'a' ? t.compare.first : t.compare.second} search={kSearch[kind]} value={query[`${side}n`] ?? query[side] ?? ''}
      onPick={(one) => amend({ [side]: one.key, [`${side}n`]: one.name })} />
  );
  const names = { a: query['an'] || query['a'] || '', b: query['bn'] || query['b'] || '' };
  return (
    <>
      <PageHead title={t.compare.title} />
      <p class="quiet">{t.compare.intro}</p>
      <div class="columns">
        <Select label={t.compare.kind} value={kind} options={kKinds.map((one): [string, string] => [one, t.compare.kinds[one]])}
          onInput={(one) => amend({ kind: one, a: '', b: '', an: '', bn: '' })} />
        {pick('a')}
        {pick('b')}
      </div>
      {query['a'] && query['b'] && <Sides key={`${kind} ${query['a']} ${query['b']}`} kind={kind} a={query['a']} b={query['b']} names={names} />}
    </>
  );
}

function Sides({ kind, a, b, names }: { kind: Kind; a: string; b: string; names: { a: string; b: string } }) {
  const load = useLoad(() => bothOf(kind, a, b), [kind, a, b]);
  return (
    <Loaded of={load}>
      {(found) => (
        <div class="columns">
          <Side title={t.compare.only(names.a)} scopes={found.a} />
          <Side title={t.compare.both} scopes={found.both} />
          <Side title={t.compare.only(names.b)} scopes={found.b} />
        </div>
      )}
    </Loaded>
  );
}
function Side({ title, scopes }: { title: string; scopes: string[] }) {
  return (
    <section class="box">
      <h2>{title} <span class="badge">{count(scopes.length)}</span></h2>
      {scopes.length === 0 && <p class="quiet">{t.compare.nothing}</p>}
      <ul class="changes">{scopes.map((scope) => <li key={scope}><code>{scope}</code></li>)}</ul>
    </section>
  );
}

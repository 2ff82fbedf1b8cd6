// The secrets of a service user: what is known of them, but not what they are.
import { get, type Schemas } from '../api';
import { useLoad } from '../load';
import { t } from '../text';
import { AsCall } from '../ui/as_call';
import { Badge, Id, Time } from '../ui/basics';
import { Table } from '../ui/paged';
import { Empty, Loaded } from '../ui/states';

type Secret = Schemas['ServiceUserSecret'];
const kUnusedMs = 90 * 86_400_000;

export function stateOf({ revoked_at: revoked, expires_at: end }: Pick<Secret, 'revoked_at' | 'expires_at'>, now = Date.now()): keyof typeof kBadges {
  if (revoked) return 'revoked';
  return end && Date.parse(end) <= now ? 'expired' : 'valid';
}
const kBadges = { valid: 'good', expired: 'warn', revoked: 'bad' };
export function SecretState({ of }: { of: Secret }) {
  const state = stateOf(of);
  return <Badge kind={kBadges[state]}>{t.keys[state]}</Badge>;
}

// Unused for ninety days, as far as that is known.
export function isUnused(of: Secret, now = Date.now()): boolean {
  const last = of.last_used_at ?? of.uses_known_since;
  return !of.revoked_at && last !== null && now - Date.parse(last) > kUnusedMs;
}
export function LastUse({ of }: { of: Secret }) {
  return (
    <>
      {of.last_used_at ? <time dateTime={of.last_used_at}>{new Date(of.last_used_at).toLocaleDateString(undefined, { dateStyle: 'medium', timeZone: 'UTC' })}</time>
        : <span class="quiet">{of.uses_known_since ? t.keys.neverUsed : t.health.unknown}</span>}
      {isUnused(of) && <> <Badge kind="warn">{t.keys.unused}</Badge></>}
    </>
  );
}

export function Secrets({ id }: { id: string }) {
  const load = useLoad(() => get('/v1/service-users/{id}', { path: { id } }), [id]);
  return (
    <>
      <Loaded of={load}>
        {({ secrets }) => secrets === null ? <p>{t.keys.hidden}</p> : secrets.length === 0 ? <Empty text={t.keys.noSecret} /> : (
          <Table label={t.keys.secrets}
            heads={[t.common.name, t.keys.state, t.keys.lastUse, t.keys.expires, t.common.created, t.common.id]}>
            {secrets.map((one) => (
              <tr key={one.id}>
                <th scope="row">{one.name} <span class="quiet small">{one.kind === 'api_key' ? t.keys.aKey : t.keys.aSecret}</span></th>
                <td><SecretState of={one} /></td><td><LastUse of={one} /></td><td><Time at={one.expires_at} /></td>
                <td><Time at={one.created_at} far={false} /></td><td><Id id={one.id} /></td>
              </tr>
            ))}
          </Table>
        )}
      </Loaded>
      <AsCall path="/v1/service-users/{id}" values={{ id }} />
    </>
  );
}

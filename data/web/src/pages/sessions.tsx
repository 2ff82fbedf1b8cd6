// The sessions of browsers: one's own, or everybody's, each of which can be ended.
import { useState } from 'preact/hooks';
import { call, get, type Fault, type Schemas } from '../api';
import { usePages } from '../load';
import { useSession } from '../session';
import { t } from '../text';
import { AsCall } from '../ui/as_call';
import { Badge, Time } from '../ui/basics';
import { Act } from '../ui/page';
import { Paged, Table } from '../ui/paged';
import { PersonName } from '../ui/person';
import { Empty, Failure } from '../ui/states';
import { toast } from '../ui/toast';

type Session = Schemas['Session'];

// The others call themselves by the names behind theirs as well.
const kPrograms = ['Edg', 'OPR', 'Firefox', 'Chrome', 'Safari'];

// "Firefox, Linux": as much of what a browser calls itself as tells sessions apart.
export function browserName(agent: string): string {
  const program = kPrograms.find((one) => agent.includes(one + '/')) ?? '';
  const system = /(Windows|Android|iPhone|iPad|Macintosh|CrOS|Linux)/.exec(agent)?.[1] ?? '';
  const known: Record<string, string> = { Edg: 'Edge', OPR: 'Opera', Macintosh: 'macOS', CrOS: 'ChromeOS' };
  return [program, system].map((one) => known[one] ?? one).filter(Boolean).join(', ') || agent;
}

// With `owner`, those of this one, which whoever may see everybody's may see.
export function Sessions({ owner }: { owner?: string }) {
  const { can } = useSession();
  const [everybody, setEverybody] = useState(owner !== undefined);
  const [fault, setFault] = useState<Fault>();
  const pages = usePages<Session>(async (cursor) => {
    const answer = await get('/v1/sessions', { query: { limit: 100, everybody, ...(cursor ? { cursor } : {}) } });
    if (!answer.ok || owner === undefined) return answer;
    return { ...answer, data: { ...answer.data, data: answer.data.data.filter((one) => one.owner_id === owner) } };
  }, [everybody, owner]);
  const end = async (session: Session): Promise<void> => {
    const answer = await call('delete', '/v1/sessions/{id}', { path: { id: session.id } });
    if (!answer.ok) {
      setFault(answer.fault);
      return;
    }
    toast(t.sessions.ended);
    pages.reload();
  };
  return (
    <>
      {owner === undefined && can('organization:serviceusermanage') && (
        <p><label><input type="checkbox" checked={everybody} onChange={() => setEverybody(!everybody)} /> {t.sessions.everybody}</label></p>
      )}
      {fault && <Failure fault={fault} />}
      <Paged of={pages} empty={<Empty text={t.sessions.none} />}>
        <Table label={t.sessions.title} heads={[
          t.sessions.who, t.sessions.browser, t.activity.address, t.sessions.begun, t.sessions.expires,
          t.common.actions,
        ]}>
          {pages.rows.map((one) => (
            <tr key={one.id}>
              <th scope="row">
                {one.owner_type === 'platform' ? t.settings.kinds.platform
                  : <PersonName id={one.owner_id} type={one.owner_type === 'user' ? 'user' : 'service_user'} />}{' '}
                {one.current && <Badge kind="good">{t.sessions.current}</Badge>}
              </th>
              <td title={one.user_agent}>{browserName(one.user_agent)}</td><td>{one.ip}</td>
              <td><Time at={one.created_at} /></td><td><Time at={one.expires_at} /></td>
              <td>{!one.current && <Act onClick={() => end(one)}>{t.sessions.end}</Act>}</td>
            </tr>
          ))}
        </Table>
      </Paged>
      <AsCall path="/v1/sessions" query={{ everybody }} />
    </>
  );
}

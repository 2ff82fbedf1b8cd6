// The policies in the order in which they are asked; roles are the last.
import { useState } from 'preact/hooks';
import { call, change, get, type Fault, type Schemas } from '../api';
import { useLoad } from '../load';
import { go } from '../router';
import { useHere } from '../session';
import { t } from '../text';
import { count } from '../time';
import { AsCall } from '../ui/as_call';
import { Badge } from '../ui/basics';
import { Acts, Dialog } from '../ui/dialog';
import { Field, wrongAt } from '../ui/field';
import { flipText, ImpactSheet, type Asked } from '../ui/impact';
import { Act, PageHead } from '../ui/page';
import { Table } from '../ui/paged';
import { Failure, Loaded } from '../ui/states';
import { toast } from '../ui/toast';

type Policy = Schemas['Policy'];

// Highest priority first; the built-in policy has none and is below all.
export function inOrder(policies: Policy[]): Policy[] {
  return [...policies].sort((a, b) => (b.priority ?? -Infinity) - (a.priority ?? -Infinity) || (a.id < b.id ? -1 : 1));
}

// The ids as they would be with one policy moved among those of the tenant's own.
export function moved(policies: Policy[], id: string, by: number): string[] {
  const ids = inOrder(policies).filter((one) => !one.built_in).map((one) => one.id);
  const at = ids.indexOf(id);
  ids.splice(at, 1);
  ids.splice(at + by, 0, id);
  return ids;
}

export function PoliciesPage() {
  const here = useHere();
  const [asked, setAsked] = useState<Asked | null>(null);
  const [making, setMaking] = useState(false);
  const load = useLoad(() => get('/v1/policies'), []);
  const move = (policies: Policy[], id: string, by: number): void => setAsked({
    title: t.policies.move,
    change: change('patch', '/v1/policies/reorder', { body: { ids: moved(policies, id, by) } }),
    confirm: flipText, done: t.policies.moved, entry: { type: 'policy', id }, after: load.reload,
  });
  return (
    <>
      <PageHead title={t.policies.title}>
        <a class="button" href={here('tests')}>{t.policies.tests}</a>
        <Act needs="organization:policymanage" kind="primary" onClick={() => setMaking(true)}>{t.policies.make}</Act>
      </PageHead>
      <p class="quiet">{t.policies.order}</p>
      <Loaded of={load}>
        {(list) => (
          <>
            {list.data.every((policy) => policy.built_in) && <p>{t.policies.empty}</p>}
            <Table label={t.policies.title} heads={[
              { num: t.policies.priority }, t.common.name,
              { num: t.policies.rules }, t.policies.state, t.common.description,
              t.common.actions,
            ]}>
              {inOrder(list.data).map((policy, index, all) => (
                <tr key={policy.id}>
                  <td class="num">{policy.priority === null ? t.policies.last : count(policy.priority)}</td>
                  <th scope="row"><a href={here('policies', policy.id)}>{policy.name}</a> {policy.built_in && <Badge>{t.policies.builtIn}</Badge>}</th>
                  <td class="num">{count(policy.rules.length)}</td>
                  <td><Badge kind={policy.enabled ? 'good' : 'warn'}>{policy.enabled ? t.policies.enabled : t.policies.disabled}</Badge></td>
                  <td>{policy.description}</td>
                  <td class="nowrap">
                    {!policy.built_in && (
                      <>
                        <Act needs="organization:policymanage" disabled={index === 0} label={`${t.policy.up}: ${policy.name}`}
                          onClick={() => move(list.data, policy.id, -1)}>{t.policy.up}</Act>{' '}
                        <Act needs="organization:policymanage" disabled={all[index + 1]?.built_in !== false}
                          label={`${t.policy.down}: ${policy.name}`} onClick={() => move(list.data, policy.id, 1)}>{t.policy.down}</Act>
                      </>
                    )}
                  </td>
                </tr>
              ))}
            </Table>
          </>
        )}
      </Loaded>
      <AsCall path="/v1/policies" />
      {asked && <ImpactSheet asked={asked} onClose={() => setAsked(null)} />}
      {making && <MakePolicy onClose={() => setMaking(false)} />}
    </>
  );
}

// A policy without rules decides nothing, so it is made at once.
function MakePolicy({ onClose }: { onClose: () => void }) {
  const here = useHere();
  const [name, setName] = useState('');
  const [priority, setPriority] = useState('0');
  const [fault, setFault] = useState<Fault>();
  const [tried, setTried] = useState(false);
  const submit = async (): Promise<void> => {
    setTried(true);
    if (name.trim() === '' || !/^-?\d+$/.test(priority)) return;
    const answer = await call('post', '/v1/policies', { body: { name: name.trim(), priority: Number(priority) } });
    if (!answer.ok) {
      setFault(answer.fault);
      return;
    }
    onClose();
    toast(t.policies.made);
    go(here('policies', answer.data.id));
  };
  return (
    <Dialog title={t.policies.make} onClose={onClose} onSubmit={submit}>
      {fault && <Failure fault={fault} />}
      <Field label={t.common.name} value={name} onInput={setName} required autoFocus maxLength={200}
        wrong={tried && name.trim() === '' ? t.policies.needName : wrongAt(fault, '/name')} />
      <Field label={t.policies.priority} value={priority} onInput={setPriority} hint={t.policies.priorityHint}
        wrong={tried && !/^-?\d+$/.test(priority) ? t.policies.priorityHint : wrongAt(fault, '/priority')} />
      <Acts name={t.policies.make} />
    </Dialog>
  );
}

// The policies in the order in which they are asked; roles are the last.
import { useState } from 'preact/hooks';
import { call, get, type Fault, type Schemas } from '../api';
import { useLoad } from '../load';
import { go } from '../router';
import { useHere } from '../session';
import { t } from '../text';
import { count } from '../time';
import { AsCall } from '../ui/as_call';
import { Badge } from '../ui/basics';
import { Dialog } from '../ui/dialog';
import { Field, wrongAt } from '../ui/field';
import { Act, PageHead } from '../ui/page';
import { Failure, Loaded } from '../ui/states';
import { toast } from '../ui/toast';

type Policy = Schemas['Policy'];

// Highest priority first; the built-in policy has none and is below all.
export function inOrder(policies: Policy[]): Policy[] {
  return [...policies].sort((a, b) => (b.priority ?? -Infinity) - (a.priority ?? -Infinity) || (a.id < b.id ? -1 : 1));
}

export function PoliciesPage() {
  const here = useHere();
  const [making, setMaking] = useState(false);
  const load = useLoad(() => get('/v1/policies'), []);
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
            <div class="scroller" tabIndex={0} role="region" aria-label={t.policies.title}>
              <table class="table">
                <thead>
                  <tr>
                    <th scope="col" class="num">{t.policies.priority}</th><th scope="col">{t.common.name}</th>
                    <th scope="col" class="num">{t.policies.rules}</th><th scope="col">{t.policies.state}</th>
                    <th scope="col">{t.common.description}</th>
                  </tr>
                </thead>
                <tbody>
                  {inOrder(list.data).map((policy) => (
                    <tr key={policy.id}>
                      <td class="num">{policy.priority === null ? t.policies.last : count(policy.priority)}</td>
                      <th scope="row"><a href={here('policies', policy.id)}>{policy.name}</a> {policy.built_in && <Badge>{t.policies.builtIn}</Badge>}</th>
                      <td class="num">{count(policy.rules.length)}</td>
                      <td><Badge kind={policy.enabled ? 'good' : 'warn'}>{policy.enabled ? t.policies.enabled : t.policies.disabled}</Badge></td>
                      <td>{policy.description}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </>
        )}
      </Loaded>
      <AsCall path="/v1/policies" />
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
      <div class="acts">
        <button type="button" onClick={onClose}>{t.common.cancel}</button>
        <button type="submit" class="primary">{t.policies.make}</button>
      </div>
    </Dialog>
  );
}

// One service user: what it holds, by its roles and by its key.
import { useState } from 'preact/hooks';
import { t } from '../text';
import { Id } from '../ui/basics';
import { ImpactSheet, type Asked } from '../ui/impact';
import { Act, PageHead } from '../ui/page';
import { useName } from '../ui/person';
import { AuditList } from './audit_list';
import { EffectiveAccess } from './effective';
import { GiveRoleTo } from './give';
import { Tabs } from '../ui/tabs';
import { Secrets } from './secrets';

export function MachinePage({ id }: { id: string }) {
  const name = useName('machine', id);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [giving, setGiving] = useState(false);
  const [round, setRound] = useState(0);
  return (
    <>
      <PageHead title={name}>
        <Act needs="organization:policymanage" kind="primary" onClick={() => setGiving(true)}>{t.person.giveRole}</Act>
      </PageHead>
      <Tabs label={t.keys.machineAccess} tabs={[
        { key: 'access', name: t.person.access, show: () => <EffectiveAccess key={round} kind="service-users" id={id} nothing={t.person.nothing} ask={setAsked} /> },
        { key: 'secrets', name: t.keys.secrets, show: () => <Secrets id={id} /> },
        { key: 'history', name: t.person.did, show: () => <AuditList query={{ actor_id: id }} /> },
      ]} />
      <Id id={id} />
      {giving && (
        <GiveRoleTo to={{ type: 'service_user', id, name }} onClose={() => setGiving(false)} ask={setAsked} after={() => setRound(round + 1)} />
      )}
      {asked && <ImpactSheet asked={asked} onClose={() => setAsked(null)} />}
    </>
  );
}

// One service user: what it holds, by its roles and by its key.
import { get } from '../api';
import { useLoad } from '../load';
import { useSession } from '../session';
import { t } from '../text';
import { Id } from '../ui/basics';
import { PageHead } from '../ui/page';
import { AuditList } from './audit_list';
import { EffectiveAccess } from './effective';
import { Tabs } from '../ui/tabs';

export function MachinePage({ id }: { id: string }) {
  const { can } = useSession();
  const keys = useLoad(() => get('/v1/api-keys'), []);
  const known = can('organization:serviceusermanage') ? keys.data?.data.find((key) => key.id === id) : undefined;
  return (
    <>
      <PageHead title={known?.name ?? t.keys.machine} />
      <Tabs label={t.keys.machineAccess} tabs={[
        { key: 'access', name: t.person.access, show: () => <EffectiveAccess kind="service-users" id={id} nothing={t.person.nothing} /> },
        { key: 'history', name: t.person.did, show: () => <AuditList query={{ actor_id: id }} /> },
      ]} />
      <Id id={id} />
    </>
  );
}

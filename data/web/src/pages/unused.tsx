// What no decision has used for some time, by the counts of the decision log: what could be taken away.
import { get, type Schemas } from '../api';
import { useLoad } from '../load';
import { amend, useRoute } from '../router';
import { useHere } from '../session';
import { t } from '../text';
import { count } from '../time';
import { AsCall } from '../ui/as_call';
import { Time } from '../ui/basics';
import { Select } from '../ui/field';
import { PageHead } from '../ui/page';
import { Loaded } from '../ui/states';

type Report = Schemas['UnusedReport'];
const kDays = [7, 30, 90, 180, 365];

export function UnusedPage() {
  const { query } = useRoute();
  const days = kDays.find((one) => String(one) === query['days']) ?? 90;
  const load = useLoad(() => get('/v1/reports/unused', { query: { days } }), [days]);
  return (
    <>
      <PageHead title={t.unused.title} />
      <p class="quiet">{t.unused.intro}</p>
      <div class="filters">
        <Select label={t.unused.since} value={String(days)} onInput={(text) => amend({ days: text })}
          options={kDays.map((one): [string, string] => [String(one), t.unused.days(one)])} />
      </div>
      <Loaded of={load}>{(report) => <ReportView report={report} />}</Loaded>
      <AsCall path="/v1/reports/unused" query={{ days }} />
    </>
  );
}

function ReportView({ report }: { report: Report }) {
  const here = useHere();
  if (!report.counted_since) return <p>{t.unused.notCounted}</p>;
  return (
    <>
      {!report.complete && <p class="box warn">{t.unused.incomplete} <Time at={report.counted_since} /></p>}
      {report.lost > 0 && <p class="box warn">{t.activity.lost(report.lost)}</p>}
      <div class="columns">
        <Kind title={t.unused.roles} rows={report.roles.map((one) => [one.slug, here('roles', one.slug), one.last_used_on])} />
        <Kind title={t.unused.permissions} rows={report.permissions.map((one) => [one.scope, `${here('who-can')}?by=scope&s=${encodeURIComponent(one.scope)}`, one.last_used_on])} />
        <Kind title={t.unused.mappings} rows={report.mappings.map((one) => [one.role, here('roles', one.role), one.last_used_on])} />
        <Kind title={t.unused.rules} rows={report.rules.map((one) => [one.id, here('policies', one.policy_id), one.last_used_on])} />
      </div>
      {report.has_more && <p class="quiet">{t.unused.more}</p>}
    </>
  );
}
function Kind({ title, rows }: { title: string; rows: [string, string, string | null][] }) {
  return (
    <section class="box">
      <h2>{title} <span class="badge">{count(rows.length)}</span></h2>
      {rows.length === 0 && <p class="quiet">{t.unused.none}</p>}
      <ul class="changes">
        {rows.map(([name, address, used], index) => (
          <li key={index}><a href={address}>{name}</a> <span class="quiet small">{used ? t.unused.last(used) : t.unused.never}</span></li>
        ))}
      </ul>
    </section>
  );
}

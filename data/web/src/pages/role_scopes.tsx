// The permissions of a role, by what they are about. While they are edited the server is asked what saving would do;
// it is saved as it was seen then, and where somebody else saved first both versions are shown.
import { useEffect, useState } from 'preact/hooks';
import { change, get, type Fault, type Schemas, type Trial } from '../api';
import { useLoad, useSettled } from '../load';
import { differences, standings, type Standing } from '../matrix';
import { askBeforeLeaving } from '../router';
import { t } from '../text';
import { Risk, Scopes } from '../ui/basics';
import { saveText, summary, type Asked } from '../ui/impact';
import { Overtaken } from '../ui/overtaken';
import { Act } from '../ui/page';
import { Failure, Loaded } from '../ui/states';

type Role = Schemas['Role'];
interface Props {
  role: Role;
  etag: string;
  reload: () => void;
  ask: (asked: Asked) => void;
}

export function RoleScopes({ role, etag, reload, ask }: Props) {
  const catalogue = useLoad(() => get('/v1/permissions'), []);
  const [chosen, setChosen] = useState<Set<string> | null>(null);
  const [base, setBase] = useState({ scopes: role.scopes, etag });
  const now = chosen ?? new Set(role.scopes);
  const diff = differences(base.scopes, now);
  const changed = chosen !== null && diff.added.length + diff.removed.length > 0;
  // Somebody else has saved since this was begun.
  const overtaken = chosen !== null && etag !== base.etag;

  useEffect(() => {
    if (chosen === null) setBase({ scopes: role.scopes, etag });
  }, [etag, chosen === null]);
  useEffect(() => {
    askBeforeLeaving(changed ? () => window.confirm(t.role.discard) : null);
    return () => askBeforeLeaving(null);
  }, [changed]);

  const toggle = (scope: string): void => {
    const next = new Set(now);
    if (!next.delete(scope)) next.add(scope);
    setChosen(next);
  };
  const save = async (): Promise<void> => {
    // Whether the role is still what was edited is looked at first; the save itself says the same to the server.
    const fresh = await get('/v1/roles/{slug}', { path: { slug: role.slug } });
    if (fresh.ok && fresh.etag !== base.etag) {
      reload();
      return;
    }
    ask({
      title: t.role.saveTitle(role.name),
      change: change('patch', '/v1/roles/{slug}', { path: { slug: role.slug }, ifMatch: base.etag, body: { scopes: [...now].sort() } }),
      confirm: saveText,
      done: t.role.saved,
      note: <Difference added={diff.added} removed={diff.removed} />,
      entry: { type: 'role', id: role.slug },
      after: () => {
        setChosen(null);
        reload();
      },
    });
  };

  return (
    <Loaded of={catalogue}>
      {(list) => (
        <>
          <div class="row">
            {chosen === null && !role.is_system && (
              <Act needs="organization:rolemanage" kind="primary" onClick={() => setChosen(new Set(role.scopes))}>{t.role.edit}</Act>
            )}
            {chosen !== null && (
              <>
                <button type="button" class="primary" disabled={!changed || overtaken} onClick={save}>{t.role.save}</button>
                <button type="button" onClick={() => setChosen(null)}>{t.common.cancel}</button>
                <span>{t.role.unsaved(diff.added.length, diff.removed.length)}</span>
              </>
            )}
          </div>
          {overtaken && (
            <Overtaken theirs={<Scopes scopes={role.scopes} />} yours={<Scopes scopes={[...now].sort()} />}
              take={() => setChosen(null)} keep={() => setBase({ scopes: role.scopes, etag })} />
          )}
          {changed && !overtaken && <Preview slug={role.slug} scopes={[...now].sort()} />}
          <p class="quiet">{t.role.matrixHelp}</p>
          <Matrix groups={list.data} toggle={chosen === null ? null : toggle}
            standing={standings(list.data.flatMap((one) => one.scopes), now)} />
        </>
      )}
    </Loaded>
  );
}

interface MatrixProps {
  groups: Schemas['PermissionList']['data'];
  standing: Map<string, Standing>;
  toggle: ((scope: string) => void) | null;
}
function Matrix({ groups, standing, toggle }: MatrixProps) {
  return (
    <div class="scroller" tabIndex={0} role="region" aria-label={t.role.scopes}>
      <table class="table matrix">
        <thead>
          <tr>
            <th scope="col">{t.role.permission}</th><th scope="col">{t.role.state}</th>
            <th scope="col">{t.role.risk}</th><th scope="col">{t.common.description}</th>
          </tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group.resource}>
            <tr class="group"><th scope="rowgroup" colSpan={4}>{group.resource}</th></tr>
            {group.scopes.map((one) => (
              <MatrixRow key={one.scope} of={one} toggle={toggle} standing={standing.get(one.scope) ?? kNotHeld} />
            ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

const kNotHeld: Standing = { granted: false, impliedBy: [] };
function MatrixRow({ of, standing, toggle }: {
  of: Schemas['Permission']; standing: Standing; toggle: MatrixProps['toggle'];
}) {
  return (
    <tr>
      <th scope="row">
        {toggle === null ? <code>{of.scope}</code> : (
          <label class="nowrap">
            <input type="checkbox" checked={standing.granted} onChange={() => toggle(of.scope)} /> <code>{of.scope}</code>
          </label>
        )}
      </th>
      <td class="nowrap"><Mark standing={standing} /></td>
      <td><Risk level={of.risk} /></td>
      <td class="words">{of.description ?? of.name}</td>
    </tr>
  );
}

function Mark({ standing: { granted, impliedBy } }: { standing: Standing }) {
  const by = impliedBy.join(', ');
  const text = granted ? (by ? t.role.both(by) : t.role.granted) : by ? t.role.implied(by) : t.role.not;
  return (
    <span class={granted || by ? '' : 'quiet'}>
      <span class="mark" aria-hidden="true">{granted ? '●' : by ? '○' : '·'}</span>{text}
    </span>
  );
}

function Difference({ added, removed }: { added: string[]; removed: string[] }) {
  return (
    <div class="stack">
      {added.length > 0 && <span class="row">+ <Scopes scopes={added} /></span>}
      {removed.length > 0 && <span class="row">− <Scopes scopes={removed} /></span>}
    </div>
  );
}

// What saving would do, asked for when the choice has stood still for a moment.
function Preview({ slug, scopes }: { slug: string; scopes: string[] }) {
  const settled = useSettled(scopes, 300);
  const [trial, setTrial] = useState<Trial | null>(null);
  const [fault, setFault] = useState<Fault | null>(null);
  useEffect(() => {
    const stop = new AbortController();
    void change('patch', '/v1/roles/{slug}', { path: { slug }, body: { scopes: settled } }).attempt(stop.signal).then((answer) => {
      if (stop.signal.aborted) return;
      setTrial(answer.ok ? answer.data : null);
      setFault(answer.ok ? null : answer.fault);
    });
    return () => stop.abort();
  }, [JSON.stringify(settled)]);
  if (fault) return <Failure fault={fault} />;
  const would = trial?.would as Role | null | undefined;
  return (
    <section class="box raised" role="status" aria-label={t.role.preview}>
      <p class="row">
        {would && <Risk level={would.blast_radius.level} />}
        <strong>{trial ? summary(trial.impact) : t.impact.looking}</strong>
      </p>
      {would && <p>{would.blast_radius.summary}</p>}
      {would && would.blast_radius.warnings.length > 0 && (
        <ul>{would.blast_radius.warnings.map((warning) => <li key={warning}>{warning}</li>)}</ul>
      )}
    </section>
  );
}

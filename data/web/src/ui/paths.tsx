// How somebody comes to hold a role: directly, or by being in a group that is in another that has it.
import type { Schemas } from '../api';
import { useHere } from '../session';
import { t } from '../text';
import { Badge, Time } from './basics';
import { Act } from './page';
import { AuthorName } from './person';

type AccessPath = Schemas['AccessPath'];

export function resourceText(resource: AccessPath['resource']): string {
  if (!resource) return '';
  return typeof resource === 'string' ? resource : `${resource.type}:${resource.id}`;
}

interface Props {
  paths: AccessPath[];
  more: boolean;
  withRole?: boolean;
  // Takes away what was given directly.
  take?: (path: AccessPath) => void;
}
export function PathList({ paths, more, withRole = false, take }: Props) {
  return (
    <ul class="paths">
      {paths.map((path, index) => (
        <li class="path" key={index}>
          <OnePath path={path} withRole={withRole} />
          {take && path.mapping_id && path.through.length === 0 && (
            <Act kind="small" needs="organization:policymanage" onClick={() => take(path)}
              label={t.person.takeTitle(path.role ?? '')}>{t.common.remove}</Act>
          )}
        </li>
      ))}
      {more && <li class="quiet">{t.paths.more}</li>}
    </ul>
  );
}

function OnePath({ path, withRole }: { path: AccessPath; withRole: boolean }) {
  const here = useHere();
  const resource = resourceText(path.resource);
  return (
    <span class="path">
      {path.through.length === 0 && <span>{path.credential_id ? t.paths.ofKey : t.paths.direct}</span>}
      {path.through.map((group, index) => (
        <span key={group.id}>{index === 0 ? t.paths.through : t.paths.in} <a href={here('groups', group.id)}>{group.name}</a></span>
      ))}
      {withRole && path.role && <span>{t.paths.byRole} <a href={here('roles', path.role)}>{path.role}</a></span>}
      {resource && <span>{t.paths.on} <code>{resource}</code></span>}
      {path.valid_from && <span class="small">{t.paths.from} <Time at={path.valid_from} far={false} /></span>}
      {path.expires_at && <span class="small">{t.paths.until} <Time at={path.expires_at} /></span>}
      {path.ends_soon && <Badge kind="warn">{t.paths.endsSoon}</Badge>}
      {path.created_by && <span class="quiet small">{t.paths.by} <AuthorName id={path.created_by} />{path.reason && `: ${path.reason}`}</span>}
    </span>
  );
}

const kWide = 760;
const kBox = 200;
const kLine = 44;

// The same as a picture of three columns: who, by which groups, the role. The list beside it says all that it says.
export function PathGraph({ who, role, paths }: { who: string; role: string; paths: AccessPath[] }) {
  const shown = paths.slice(0, 8);
  const height = Math.max(1, shown.length) * kLine + 12;
  const middle = height / 2;
  const label = shown.map((path) => t.paths.told(who, path.through.map((group) => group.name), role)).join(' ');
  const cut = (text: string): string => (text.length > 24 ? `${text.slice(0, 23)}…` : text);
  return (
    <svg class="graph" viewBox={`0 0 ${kWide} ${height}`} role="img" aria-label={label}>
      {shown.map((path, index) => {
        const y = 6 + index * kLine + kLine / 2 - 3;
        const name = path.through.map((group) => group.name).join(' › ') || t.paths.directly;
        const x = (kWide - kBox) / 2;
        return (
          <g key={index}>
            <path d={`M${kBox} ${middle} C${kBox + 40} ${middle} ${x - 40} ${y} ${x} ${y}`} />
            <path d={`M${x + kBox} ${y} C${x + kBox + 40} ${y} ${kWide - kBox - 40} ${middle} ${kWide - kBox} ${middle}`} />
            <rect x={x} y={y - 15} width={kBox} height={30} rx={6} />
            <text x={x + kBox / 2} y={y + 5} text-anchor="middle">{cut(name)}</text>
          </g>
        );
      })}
      <rect x={1} y={middle - 15} width={kBox - 2} height={30} rx={6} />
      <text x={kBox / 2} y={middle + 5} text-anchor="middle">{cut(who)}</text>
      <rect x={kWide - kBox + 1} y={middle - 15} width={kBox - 2} height={30} rx={6} />
      <text x={kWide - kBox / 2} y={middle + 5} text-anchor="middle">{cut(role)}</text>
    </svg>
  );
}

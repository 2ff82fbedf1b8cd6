// Which page an address names.
import type { ComponentChildren } from 'preact';
import type { Route } from '../router';
import { ActivityPage } from './activity';
import { ExplainPage } from './explain';
import { GroupPage } from './group';
import { GroupsPage } from './groups';
import { KeysPage } from './keys';
import { Later } from './later';
import { MachinePage } from './machine';
import { MappingsPage } from './mappings';
import { OverviewPage } from './overview';
import { PeoplePage } from './people';
import { PersonPage } from './person';
import { RolePage } from './role';
import { RolesPage } from './roles';
import { WhatCanPage } from './what_can';
import { WhoCanPage } from './who_can';

type Show = (id: string) => ComponentChildren;
const kLists: Record<string, Show> = {
  roles: () => <RolesPage />,
  groups: () => <GroupsPage />,
  people: () => <PeoplePage />,
  keys: () => <KeysPage />,
  mappings: () => <MappingsPage />,
  map: () => <Later show={(pages) => <pages.MapPage />} />,
  explain: () => <ExplainPage />,
  'who-can': () => <WhoCanPage />,
  'what-can': () => <WhatCanPage />,
  compare: () => <Later show={(pages) => <pages.ComparePage />} />,
  policies: () => <Later show={(pages) => <pages.PoliciesPage />} />,
  tests: () => <Later show={(pages) => <pages.TestsPage />} />,
  activity: () => <ActivityPage />,
  unused: () => <Later show={(pages) => <pages.UnusedPage />} />,
  settings: () => <Later show={(pages) => <pages.SettingsPage />} />,
};
const kThings: Record<string, Show> = {
  roles: (id) => <RolePage key={id} slug={id} />,
  groups: (id) => <GroupPage key={id} id={id} />,
  people: (id) => <PersonPage key={id} id={id} />,
  machines: (id) => <MachinePage key={id} id={id} />,
  policies: (id) => <Later show={(pages) => <pages.PolicyPage key={id} id={id} />} />,
};

export function pageOf({ segments }: Route): ComponentChildren | null {
  const [tenant, page, id] = segments;
  if (tenant === '-') return page === 'tenants' ? <Later show={(pages) => <pages.TenantsPage />} /> : page === 'health' ? <Later show={(pages) => <pages.HealthPage />} /> : null;
  if (page === undefined) return <OverviewPage />;
  return (id === undefined ? kLists[page]?.('') : segments.length === 3 ? kThings[page]?.(id) : null) ?? null;
}

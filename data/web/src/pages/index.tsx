// Which page an address names.
import type { ComponentChildren } from 'preact';
import type { Route } from '../router';
import { ActivityPage } from './activity';
import { ComparePage } from './compare';
import { ExplainPage } from './explain';
import { GroupPage } from './group';
import { GroupsPage } from './groups';
import { HealthPage } from './health';
import { KeysPage } from './keys';
import { MachinePage } from './machine';
import { MapPage } from './map';
import { MappingsPage } from './mappings';
import { OverviewPage } from './overview';
import { PeoplePage } from './people';
import { PersonPage } from './person';
import { PoliciesPage } from './policies';
import { PolicyPage } from './policy';
import { RolePage } from './role';
import { RolesPage } from './roles';
import { SettingsPage } from './settings';
import { TenantsPage } from './tenants';
import { TestsPage } from './tests';
import { UnusedPage } from './unused';
import { WhatCanPage } from './what_can';
import { WhoCanPage } from './who_can';

type Show = (id: string) => ComponentChildren;
const kLists: Record<string, Show> = {
  roles: () => <RolesPage />,
  groups: () => <GroupsPage />,
  people: () => <PeoplePage />,
  keys: () => <KeysPage />,
  mappings: () => <MappingsPage />,
  map: () => <MapPage />,
  explain: () => <ExplainPage />,
  'who-can': () => <WhoCanPage />,
  'what-can': () => <WhatCanPage />,
  compare: () => <ComparePage />,
  policies: () => <PoliciesPage />,
  tests: () => <TestsPage />,
  activity: () => <ActivityPage />,
  unused: () => <UnusedPage />,
  settings: () => <SettingsPage />,
};
const kThings: Record<string, Show> = {
  roles: (id) => <RolePage key={id} slug={id} />,
  groups: (id) => <GroupPage key={id} id={id} />,
  people: (id) => <PersonPage key={id} id={id} />,
  machines: (id) => <MachinePage key={id} id={id} />,
  policies: (id) => <PolicyPage key={id} id={id} />,
};

export function pageOf({ segments }: Route): ComponentChildren | null {
  const [tenant, page, id] = segments;
  if (tenant === '-') return page === 'tenants' ? <TenantsPage /> : page === 'health' ? <HealthPage /> : null;
  if (page === undefined) return <OverviewPage />;
  return (id === undefined ? kLists[page]?.('') : segments.length === 3 ? kThings[page]?.(id) : null) ?? null;
}

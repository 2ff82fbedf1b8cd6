// What few look at, and seldom: a file of its own, which is fetched when the first of these pages is shown.
export { ComparePage } from './compare';
export { HealthPage } from './health';
export { MapPage } from './map';
export { PoliciesPage } from './policies';
export { PolicyPage } from './policy';
export { SettingsPage } from './settings';
export { TenantsPage } from './tenants';
export { TestsPage } from './tests';
export { UnusedPage } from './unused';

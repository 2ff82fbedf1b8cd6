// Drives a server with the documented system's own client, as its callers do:
//
//   node calls.cjs INSTALLED URL CLIENT_ID SECRET camel|proto
//
// Says how many calls it made, or at which one the answer wasn't what that client's callers rely on.
'use strict';
const assert = require('node:assert/strict');
const path = require('node:path');
const { createRequire } = require('node:module');

const [installed, url, clientId, secret, names] = process.argv.slice(2);
const { V1Beta1 } = createRequire(path.resolve(installed) + '/')('@raystack/frontier');

let calls = 0;

function clientOf(id, value) {
  const authorization = 'Basic ' + Buffer.from(id + ':' + value).toString('base64');
  return new V1Beta1({
    baseUrl: url,
    securityWorker: () => ({ headers: { Authorization: authorization } }),
    customFetch: (...request) => {
      calls++;
      return fetch(...request);
    },
  });
}

// A field by its name in the protocol's files.
function at(object, name) {
  const spelled = names === 'camel' ? name.replace(/_([a-z])/g, (_, c) => c.toUpperCase()) : name;
  assert.ok(Object.hasOwn(object, spelled), `no field ${spelled} in ${JSON.stringify(object)}`);
  return object[spelled];
}

// Every field of an object, no other, and of these types.
function shaped(object, fields) {
  assert.equal(Object.keys(object).length, Object.keys(fields).length, JSON.stringify(object));
  for (const [name, type] of Object.entries(fields)) {
    const value = at(object, name);
    assert.equal(Array.isArray(value) ? 'array' : typeof value, type, name);
  }
  return object;
}

const text = 'string';
const times = { created_at: text, updated_at: text };
const organization = { id: text, name: text, title: text, metadata: 'object', state: text, avatar: text, ...times };
const role = { id: text, name: text, permissions: 'array', title: text, metadata: 'object', org_id: text, state: text, ...times };
const permission = { id: text, name: text, title: text, namespace: text, key: text, slug: text, metadata: 'object', ...times };
const serviceuser = { id: text, title: text, metadata: 'object', org_id: text, state: text, ...times };
const policy = { id: text, role_id: text, resource: text, principal: text, title: text, metadata: 'object',
  valid_from: 'object', expires_at: 'object', ...times };
const project = { id: text, name: text, title: text, org_id: text, metadata: 'object', state: text, ...times };
const group = { ...project };
const credential = { id: text, title: text, secret: text, created_at: text };

// That the call is refused so.
async function refused(call, status, code, message) {
  const answer = await call.then(() => assert.fail('not refused'), (refusal) => refusal);
  assert.equal(answer.status, status);
  assert.equal(answer.error.code, code);
  assert.match(answer.error.message, message);
}

async function organizations(platform) {
  const made = await platform.frontierServiceCreateOrganization({ name: 'Acme', title: '', metadata: {}, avatar: '' });
  const { id } = shaped(made.data.organization, organization);
  for (const named of [id, 'acme'])
    assert.deepEqual((await platform.frontierServiceGetOrganization(named)).data.organization, made.data.organization);
  const changed = await platform.frontierServiceUpdateOrganization(id, { name: 'acme', title: 'Acme Inc' });
  assert.equal(changed.data.organization.title, 'Acme Inc');
  await refused(platform.frontierServiceCreateOrganization({ name: 'acme' }), 409, 6, /^name: `acme` is taken$/);
  await refused(platform.frontierServiceGetOrganization('nobody'), 404, 5, /^organization nobody: not found$/);
  return id;
}

async function permissions(platform) {
  const bodies = [
    { name: 'getAll', namespace: 'compute/instance', metadata: null, title: '' },
    { key: 'compute.instance.stop' },
  ];
  const made = (await platform.adminServiceCreatePermission({ bodies })).data.permissions;
  assert.deepEqual(made.map((one) => shaped(one, permission).slug), ['compute_instance_getAll', 'compute_instance_stop']);
  const { id } = made[0];
  assert.deepEqual((await platform.frontierServiceGetPermission(id)).data.permission, made[0]);
  const all = (await platform.frontierServiceListPermissions()).data.permissions;
  assert.ok(all.some((one) => one.id === id));
  await refused(platform.adminServiceCreatePermission({ bodies: [{ name: 'x', namespace: 'app/user' }] }), 400, 3, /service `app`/);
  return id;
}

async function roles(platform, org, permissionId) {
  const body = { name: 'operator', permissions: [permissionId, 'app/organization#get'], metadata: {}, title: '' };
  const made = (await platform.frontierServiceCreateOrganizationRole(org, body)).data.role;
  assert.equal(at(shaped(made, role), 'org_id'), org);
  assert.deepEqual(made.permissions, ['compute_instance_getAll', 'app_organization_get']);
  // The call is repeated to bring a role to a known state.
  const again = await platform.frontierServiceCreateOrganizationRole(org, { ...body, permissions: ['app_organization_get'] });
  assert.equal(again.data.role.id, made.id);
  const changed = await platform.frontierServiceUpdateOrganizationRole(org, made.id, { ...body, title: 'Operator' });
  assert.equal(changed.data.role.title, 'Operator');
  assert.deepEqual((await platform.frontierServiceGetOrganizationRole(org, made.id)).data.role, changed.data.role);
  assert.deepEqual((await platform.frontierServiceListOrganizationRoles(org)).data.roles, [changed.data.role]);
  await refused(platform.frontierServiceCreateOrganizationRole(org, { ...body, permissions: ['app_organization_gte'] }), 400, 3,
    /^permissions\/0: `app_organization_gte` is no permission/);
  await platform.frontierServiceDeleteOrganizationRole(org, made.id);
  await refused(platform.frontierServiceGetOrganizationRole(org, made.id), 404, 5, /^role .*: not found$/);

  const wide = (await platform.adminServiceCreateRole({ name: 'auditor', permissions: ['app_organization_auditview'] })).data.role;
  assert.ok((await platform.frontierServiceListRoles()).data.roles.some((one) => shaped(one, role).id === wide.id));
  await platform.adminServiceUpdateRole(wide.id, { name: 'auditor', permissions: ['app_organization_get'], title: 'Auditor' });
  await platform.adminServiceDeleteRole(wide.id);
}

async function serviceUsers(platform, org) {
  const bare = (await platform.frontierServiceCreateServiceUser({ org_id: org })).data.serviceuser;
  const made = (await platform.frontierServiceCreateServiceUser({ org_id: org, body: { title: 'Bot', metadata: {} } })).data.serviceuser;
  assert.equal(at(shaped(made, serviceuser), 'org_id'), org);
  assert.deepEqual((await platform.frontierServiceGetServiceUser(made.id)).data.serviceuser, made);
  for (const listed of [await platform.frontierServiceListServiceUsers({ org_id: org }), await platform.frontierServiceListOrganizationServiceUsers(org)])
    assert.deepEqual(listed.data.serviceusers, [bare, made]);

  const key = (await platform.frontierServiceCreateServiceUserCredential(made.id, { title: 'First' })).data.secret;
  assert.match(shaped(key, credential).secret, /^rvs_/);
  const untitled = (await platform.frontierServiceCreateServiceUserCredential(made.id, {})).data.secret;
  const listed = (await platform.frontierServiceListServiceUserCredentials(made.id)).data.secrets;
  assert.deepEqual(listed, [{ ...key, secret: '' }, { ...untitled, secret: '' }]);

  const bot = clientOf(key.id, key.secret);
  assert.deepEqual((await bot.frontierServiceGetCurrentUser()).data, { user: null, serviceuser: made });
  await refused(bot.frontierServiceCreateOrganizationRole(org, { name: 'mine', permissions: ['app_organization_get'] }), 403, 7, /not allowed$/);

  // Of another organization it sees nothing, by id alone neither.
  const other = (await platform.frontierServiceCreateOrganization({ name: 'other' })).data.organization.id;
  const stranger = (await platform.frontierServiceCreateServiceUser({ org_id: other })).data.serviceuser;
  await refused(bot.frontierServiceGetOrganization(other), 404, 5, /: not found$/);
  await refused(bot.frontierServiceListServiceUserCredentials(stranger.id), 403, 7, /not allowed$/);
  await platform.frontierServiceDeleteOrganization(other);

  await platform.frontierServiceDeleteServiceUserCredential(made.id, key.id);
  await refused(bot.frontierServiceGetCurrentUser(), 401, 16, /^credential: not valid$/);
  await platform.frontierServiceDeleteServiceUser(made.id, { org_id: org });
  await platform.frontierServiceDeleteServiceUser(bare.id);
  await refused(platform.frontierServiceGetServiceUser(made.id), 404, 5, /^service user .*: not found$/);
}

async function deciding(platform, org) {
  const bot = (await platform.frontierServiceCreateServiceUser({ org_id: org, body: { title: 'Asker' } })).data.serviceuser;
  const key = (await platform.frontierServiceCreateServiceUserCredential(bot.id, { title: '' })).data.secret;
  const asker = clientOf(key.id, key.secret);
  const give = async (role, resource) =>
    (await platform.frontierServiceCreatePolicy({ role_id: role, resource, principal: 'app/serviceuser:' + bot.id })).data.policy;

  const web = (await platform.frontierServiceCreateProject({ name: 'web', title: 'Web', org_id: org })).data.project;
  shaped(web, project);
  assert.deepEqual((await platform.frontierServiceGetProject(web.id)).data.project, web);
  assert.deepEqual((await platform.frontierServiceListOrganizationProjects(org)).data.projects, [web]);
  const team = (await platform.frontierServiceCreateGroup(org, { name: 'team', metadata: {} })).data.group;
  shaped(team, group);
  assert.deepEqual((await platform.frontierServiceListOrganizationGroups(org)).data.groups, [team]);
  assert.deepEqual((await platform.frontierServiceListGroupUsers(org, team.id)).data.users, []);

  const check = async (permission, resource) =>
    (await asker.frontierServiceCheckResourcePermission({ permission, resource })).data.status;
  await give('app_organization_viewer', 'app/organization:' + org);
  assert.equal(await check('get', 'app/organization:' + org), true);
  assert.equal(await check('update', 'app/project:' + web.id), false);
  const owns = await give('app_project_owner', 'app/project:' + web.id);
  assert.equal(at(shaped(owns, policy), 'resource'), 'app/project:' + web.id);
  assert.equal(await check('update', 'app/project:' + web.id), true);
  const pairs = (await asker.frontierServiceBatchCheckPermission({ bodies: [
    { permission: 'update', resource: 'project:web' },
    { permission: 'delete', resource: 'group:' + team.id },
  ] })).data.pairs;
  assert.deepEqual(pairs.map((pair) => pair.status), [true, false]);
  const asked = { subject: 'serviceuser:' + bot.id, resource: 'app/project:' + web.id, permission: 'app_project_delete' };
  assert.equal((await platform.adminServiceCheckFederatedResourcePermission(asked)).data.status, true);
  assert.deepEqual((await asker.frontierServiceListPolicies({ project_id: web.id })).data.policies, [owns]);
  const held = (await platform.frontierServiceListProjectServiceUsers(web.id)).data;
  assert.deepEqual(held.serviceusers, [bot]);
  await platform.frontierServiceDisableProject(web.id, {});
  assert.equal(await check('update', 'app/project:' + web.id), false);
  await refused(asker.frontierServiceCreatePolicy({ role_id: 'app_organization_owner', resource: 'org:' + org,
    principal: 'serviceuser:' + bot.id }), 403, 7, /not allowed$/);
  const everywhere = { org_id: org, state: 'disabled' };
  assert.deepEqual((await platform.adminServiceListProjects(everywhere)).data.projects.map((one) => one.id), [web.id]);
  assert.deepEqual((await platform.adminServiceListGroups({ org_id: org })).data.groups, [team]);
  await platform.frontierServiceDisableOrganization(org, {});
  const disabled = (await platform.adminServiceListAllOrganizations({ state: 'disabled' })).data.organizations;
  assert.deepEqual(disabled.map((one) => one.id), [org]);
  await platform.frontierServiceEnableOrganization(org, {});
  await platform.frontierServiceDeletePolicy(owns.id);
  await platform.frontierServiceDeleteProject(web.id);
  await platform.frontierServiceDeleteGroup(org, team.id);
  await platform.frontierServiceDeleteServiceUser(bot.id);
}

async function main() {
  const platform = clientOf(clientId, secret);
  const self = (await platform.frontierServiceGetCurrentUser()).data;
  assert.equal(self.user, null);
  assert.equal(shaped(self.serviceuser, serviceuser).id, clientId);
  const org = await organizations(platform);
  const permissionId = await permissions(platform);
  await roles(platform, org, permissionId);
  const renamed = (await platform.adminServiceUpdatePermission(permissionId, { title: 'See all' })).data.permission;
  assert.equal(shaped(renamed, permission).title, 'See all');
  await platform.adminServiceDeletePermission(permissionId);
  await refused(platform.frontierServiceGetPermission(permissionId), 404, 5, /^permission .*: not found$/);
  await serviceUsers(platform, org);
  await deciding(platform, org);
  await platform.frontierServiceDeleteOrganization(org);
  console.log(`${calls} calls`);
}

main().catch((failure) => {
  console.error(`call ${calls}: `, failure instanceof Error ? failure : { status: failure.status, error: failure.error });
  process.exit(1);
});

// What administrators do, from the log-in to the entry in the audit log: with the mouse, and by the keyboard alone.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { button, inDialog, kLong, staged } from './fixture.mjs';

const stage = staged();

test('journeys: a wrong key is refused with what to do, and no key is kept where scripts read', kLong, async () => {
  const page = await stage.open({ key: null });
  await page.locator('input[type=password]').fill('rvk_wrong');
  await page.keyboard.press('Enter');
  await page.getByText('Check that you copied all of it.').first().waitFor();
  await stage.logIn(page, stage.key);
  const kept = await page.evaluate(() => [document.cookie, JSON.stringify(localStorage), JSON.stringify(sessionStorage), location.href, document.documentElement.outerHTML].join('\n'));
  assert.ok(!kept.includes(stage.key));
  await page.reload();
  await page.locator('main.page h1').waitFor();
  await page.context().close();
});

test('journeys: a link of a first run logs in once, and its code is nowhere afterwards', kLong, async () => {
  const page = await stage.open({ key: null });
  const link = await stage.link();
  const code = link.split('code=')[1];
  const seen = [];
  page.on('request', (asked) => seen.push(asked.url()));
  await page.goto('about:blank');
  await page.goto(link);
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  assert.ok(!page.url().includes(code));
  assert.ok(!seen.slice(1).some((url) => url.includes(code)));
  await page.goBack();
  assert.ok(!page.url().includes(code));
  await page.context().clearCookies();
  await page.goto('about:blank');
  await page.goto(link);
  await page.getByText('This link was used already').waitFor();
  await page.context().close();
});

test('journeys: first run to a first role that a group holds', kLong, async () => {
  const page = await stage.open();
  await page.getByRole('link', { name: 'Roles', exact: true }).click();
  await button(page, 'Make a role').click();
  await page.getByLabel('Name', { exact: true }).fill('On call');
  await page.getByRole('dialog').getByRole('button', { name: 'Make a role' }).click();
  await page.getByRole('heading', { name: 'On call', level: 1 }).waitFor();

  await button(page, 'Change permissions').click();
  await page.getByLabel('requests:approve').check();
  await page.getByText('1 added, 0 removed').waitFor();
  await page.getByText('Nobody gains or loses anything by this.').first().waitFor();
  await button(page, 'Look at the impact and save').click();
  await inDialog(page, 'Save').click();
  await page.getByText('The role is saved.').first().waitFor();

  await page.getByRole('tab', { name: 'Holders' }).click();
  await button(page, 'Give it to a group').click();
  await page.getByRole('combobox', { name: 'Group', exact: true }).fill('Engin');
  await page.getByRole('option', { name: /Engineering/ }).click();
  await button(page, '8 hours').click();
  await button(page, 'Look at the impact and give').click();
  await page.getByText('3 people gain permissions.').first().waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Save: 3 people gain' }).click();
  await page.getByText('The role is given.').first().waitFor();
  await page.getByRole('link', { name: 'Ada Lovelace' }).waitFor();
  const mappings = await stage.call('GET', `/v1/groups/${stage.engineering}/roles`);
  assert.ok(mappings.data.some((one) => one.role === 'on-call' && one.expires_at));
  await page.context().close();
});

test('journeys: by keyboard alone: find a role, edit it, read the impact, save', kLong, async () => {
  const page = await stage.open({ key: null });
  // The field of the log-in has the focus already.
  await page.locator('input[type=password]:focus').waitFor();
  await page.keyboard.type(stage.key);
  await page.keyboard.press('Enter');
  await page.locator('main.page h1').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('example');
  await page.getByRole('option', { name: /^Example/ }).first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Example', level: 1 }).waitFor();
  await page.waitForFunction(() => document.activeElement?.tagName === 'H1');

  const tabTo = async (name) => {
    for (let i = 0; i < 60; i++) {
      await page.keyboard.press('Tab');
      const now = await page.evaluate(() => document.activeElement?.textContent || document.activeElement?.closest('label')?.textContent || '');
      const label = await page.evaluate(() => document.activeElement?.closest('label')?.textContent?.trim() ?? '');
      if (now.trim() === name || label === name) return;
    }
    assert.fail(`Tab does not lead to ${name}`);
  };
  await tabTo('Change permissions');
  await page.keyboard.press('Enter');
  await page.getByLabel('organization:billingview').waitFor();
  await tabTo('organization:billingview');
  await page.keyboard.press('Space');
  await page.getByText('3 people gain permissions.').first().waitFor();
  await page.getByLabel('organization:billingview').focus();
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Shift+Tab');
    if (await page.evaluate(() => document.activeElement?.textContent === 'Look at the impact and save')) break;
  }
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByText('Who gains').waitFor();
  await tabTo('Save: 3 people gain');
  await page.keyboard.press('Enter');
  await page.getByText('The role is saved.').first().waitFor();
  assert.ok((await stage.call('GET', '/v1/roles/example')).scopes.includes('organization:billingview'));

  await tabTo('Undo');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').getByText('Who loses').waitFor();
  await tabTo('Undo it');
  await page.keyboard.press('Enter');
  await page.getByText('It is undone.').first().waitFor();
  assert.ok(!(await stage.call('GET', '/v1/roles/example')).scopes.includes('organization:billingview'));
  await page.context().close();
});

test('journeys: the list of roles by keyboard', kLong, async () => {
  const page = await stage.open();
  await page.keyboard.press('g');
  await page.keyboard.press('r');
  await page.locator('[data-row="0"]').waitFor();
  await page.locator('[data-row="0"]').focus();
  await page.keyboard.press('End');
  await page.waitForFunction(() => document.activeElement?.getAttribute('aria-rowindex') === String(document.querySelector('[role=grid]').getAttribute('aria-rowcount')));
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  const name = await page.evaluate(() => document.activeElement.querySelector('a').textContent);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name, level: 1 }).waitFor();
  await page.context().close();
});

test('journeys: a denial is explained, and the fix that it names turns it', kLong, async () => {
  const page = await stage.open();
  await page.getByRole('link', { name: 'Explain', exact: true }).click();
  await page.getByRole('combobox', { name: 'Who', exact: true }).fill('grace');
  await page.getByRole('option', { name: /Grace Hopper/ }).click();
  await page.getByLabel('Action').fill('read');
  await page.getByLabel('On', { exact: true }).fill('invoice:42');
  await button(page, 'Explain').click();
  await page.getByText('Denied').waitFor();
  await page.getByText('Set status of invoice/42 to "open".').waitFor();
  await stage.call('PUT', '/v1/entities/invoice/42', { attrs: { status: 'open' } });
  await button(page, 'Explain').click();
  await page.getByText('Allowed').waitFor();
  await stage.call('PUT', '/v1/entities/invoice/42', { attrs: { status: 'closed' } });
  await page.context().close();
});

test('journeys: a rule with a mistake can’t be saved; mended, its impact is read first', kLong, async () => {
  const page = await stage.open();
  await stage.show(page, `example/policies/${stage.policy}`);
  await button(page, 'Add a rule').click();
  const text = page.getByRole('textbox', { name: 'Rule, in Cedar' });
  await text.waitFor();
  const write = async (rule) => {
    await text.click();
    await page.keyboard.press('Control+A');
    await page.keyboard.insertText(rule);
  };
  await write('forbid (principal, action, resourc);');
  await page.getByText(/did you mean `resource`/).first().waitFor();
  assert.ok(await button(page, 'Look at the impact and save').isDisabled());
  await write('permit (principal, action == Action::"write", resource is invoice);');
  await page.getByText('The rule is valid.').waitFor();
  await button(page, 'Look at the impact and save').click();
  await page.getByText(/would become allowed/).waitFor();
  await page.getByRole('dialog').getByRole('button', { name: /^Save: \d+ decisions turn/ }).click();
  await page.getByText('The rule is saved.').first().waitFor();
  await page.getByText('Rule 2').waitFor();
  await page.context().close();
});

test('journeys: a group is turned off after its impact was read, and on again', kLong, async () => {
  const group = await stage.call('POST', '/v1/groups', { name: 'Night shift' });
  await stage.call('POST', `/v1/groups/${group.id}/roles`, { role: 'user' });
  await stage.call('POST', `/v1/groups/${group.id}/members`, { user_id: (await stage.call('POST', '/v1/users', { email: 'owl@example.com', name: 'Owl' })).id });
  const page = await stage.open();
  await stage.show(page, `example/groups/${group.id}`);
  await button(page, 'Turn off').click();
  await page.getByRole('dialog').getByText(/Owl/).first().waitFor();
  await page.getByRole('dialog').getByRole('button', { name: /^Remove/ }).click();
  await page.getByText('It gives nothing to those who are in it').waitFor();
  await button(page, 'Turn on').click();
  await page.getByRole('dialog').getByRole('button', { name: /^(Save|Give)/ }).click();
  await page.getByText('It gives nothing to those who are in it').waitFor({ state: 'detached' });
  await page.context().close();
});

test('journeys: a rule is edited as a form, which is its text in other clothes', kLong, async () => {
  const page = await stage.open();
  await stage.show(page, `example/policies/${stage.policy}`);
  await button(page, 'Add a rule').click();
  const form = button(page, 'As a form');
  await page.getByText('The rule is valid.').waitFor();
  await form.click();
  await page.getByLabel('The rule', { exact: true }).selectOption('forbid');
  await page.getByRole('group', { name: 'What is done' }).getByLabel('Which').selectOption('in');
  await page.getByLabel('Actions').fill('write, delete');
  const on = page.getByRole('group', { name: 'On what' });
  await on.getByLabel('Which').selectOption('eq');
  await page.getByText(/principal_entity|must|needed|without/).first().waitFor();
  assert.ok(await button(page, 'Look at the impact and save').isDisabled());
  await on.getByLabel('Type').fill('invoice');
  await on.getByLabel('Its id').fill('42');
  await page.getByLabel('Only when (or unless)').fill('when { resource.status == "closed" }');
  await page.getByLabel('Notice').fill('Closed invoices stay as they are.');
  await page.getByText('The rule is valid.').waitFor();
  await button(page, 'As text').click();
  const text = await page.locator('.cm-content').innerText();
  assert.match(text, /@notice\("Closed invoices stay as they are\."\)\s+forbid \(\s+principal,/);
  assert.match(text, /action in \[Action::"write", Action::"delete"\],\s+resource == invoice::"42"/);
  await page.getByText('The rule is valid.').waitFor();
  await button(page, 'Look at the impact and save').click();
  await page.getByRole('dialog').getByRole('button', { name: /^Save/ }).click();
  await page.getByText('The rule is saved.').first().waitFor();
  await page.context().close();
});

test('journeys: two who edit one role: the second sees both versions', kLong, async () => {
  const page = await stage.open();
  await stage.call('POST', '/v1/roles', { slug: 'shared', name: 'Shared', scopes: ['organization:get'] });
  await stage.show(page, 'example/roles/shared');
  await button(page, 'Change permissions').click();
  await page.getByLabel('organization:check').check();
  await stage.call('PATCH', '/v1/roles/shared', { scopes: ['group:get'] });
  await button(page, 'Look at the impact and save').click();
  await page.getByText('Somebody else changed this while you edited it.').waitFor();
  await button(page, 'Keep mine and look again').click();
  await button(page, 'Look at the impact and save').click();
  await page.getByRole('dialog').getByRole('button', { name: /^Save/ }).click();
  await page.getByText('The role is saved.').first().waitFor();
  assert.deepEqual((await stage.call('GET', '/v1/roles/shared')).scopes, ['organization:check', 'organization:get']);
  await page.context().close();
});

test('journeys: whoever may not is shown what is missing', kLong, async () => {
  const page = await stage.open({ key: stage.clerk });
  await stage.show(page, 'example/roles');
  assert.equal(await button(page, 'Make a role').getAttribute('aria-disabled'), 'true');
  assert.match(await button(page, 'Make a role').getAttribute('title'), /organization:rolemanage/);
  await stage.show(page, 'example/activity');
  await page.getByText('You may not do this').waitFor();
  await page.getByText(/organization:auditview/).first().waitFor();
  await page.context().close();
});

test('journeys: a role is given to a person for a week, and that path taken away again', kLong, async () => {
  const page = await stage.open();
  const person = stage.users.find((one) => one.email.startsWith('grace'));
  await stage.show(page, `example/people/${person.id}`);
  await button(page, 'Give a role').click();
  await page.getByRole('combobox', { name: 'Role', exact: true }).fill('approver');
  await page.getByRole('option', { name: /^Approver/ }).click();
  await button(page, '7 days').click();
  await page.getByLabel('Reason').fill('stands in');
  await button(page, 'Look at the impact and give').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Save: 1 person gains' }).click();
  await button(page, 'Take the role approver away').click();
  await page.getByRole('dialog').getByText('Who loses').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: /^Remove/ }).click();
  await page.getByText('The role is taken away.').first().waitFor();
  assert.deepEqual((await stage.call('GET', `/v1/users/${person.id}`)).roles, []);
  await page.context().close();
});

test('journeys: the platform makes a tenant and enters it', kLong, async () => {
  const page = await stage.open({ key: stage.platform });
  await page.getByRole('heading', { name: 'Tenants', level: 1 }).waitFor();
  await stage.settle(page);
  assert.deepEqual(await stage.faults(page), []);
  await button(page, 'Make a tenant').click();
  await page.getByLabel('Name', { exact: true }).fill('Acme Works');
  await page.getByRole('dialog').getByRole('button', { name: 'Make a tenant' }).click();
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  await page.getByText('Begin here').waitFor();
  await stage.settle(page);
  assert.deepEqual(await stage.faults(page), []);
  await page.getByRole('link', { name: 'Health' }).click();
  // This server keeps no backups, and says what to set.
  await page.getByText('Set backup.dir, and restart.').waitFor();
  assert.deepEqual(await stage.faults(page), []);
  await page.context().close();
});

test('journeys: what was changed meanwhile is not overwritten', kLong, async () => {
  const page = await stage.open();
  await stage.call('POST', '/v1/roles', { slug: 'renamed', name: 'Renamed', scopes: [] });
  await stage.show(page, 'example/roles/renamed');
  await stage.call('PATCH', '/v1/roles/renamed', { description: 'Rewritten meanwhile' });
  await button(page, 'Name and description').click();
  await page.getByLabel('Name', { exact: true }).fill('Mine');
  await button(page, 'Look at the impact and save').click();
  await page.getByText('Somebody changed this since the page was read.').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Reload' }).click();
  await page.getByText('Rewritten meanwhile').waitFor();
  assert.equal((await stage.call('GET', '/v1/roles/renamed')).name, 'Renamed');
  await page.context().close();
});

test('journeys: a list of 100,000 people has no gaps, and few rows in the document', kLong, async () => {
  const page = await stage.open();
  const total = 100_000;
  await page.route('**/v1/users?*', async (route) => {
    const start = Number(new URL(route.request().url()).searchParams.get('cursor') ?? 0);
    const data = Array.from({ length: Math.min(250, total - start) }, (_, index) => ({
      ...stage.users[0], id: `01a22170-5298-7750-9185-${String(start + index).padStart(12, '0')}`, name: `Person ${start + index}`,
    }));
    const next = start + data.length;
    await route.fulfill({ json: { data, has_more: next < total, ...(next < total ? { next_cursor: String(next) } : {}) } });
  });
  await stage.show(page, 'example/people');
  await page.locator('[data-row="0"]').focus();
  for (let at = 0; at < 8; at++) {
    await page.keyboard.press('End');
    await page.waitForFunction((row) => document.activeElement?.dataset.row === row, String(250 * (at + 1) - 1));
    await page.waitForFunction((rows) => document.querySelector('.grid-foot').textContent.startsWith(rows), (250 * (at + 2)).toLocaleString('en-US'));
  }
  const gaps = await page.evaluate(async () => {
    const grid = document.querySelector('.grid');
    let bad = 0;
    for (let top = 0; top < 40_000; top += 611) {
      grid.scrollTop = top;
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      const box = grid.getBoundingClientRect();
      for (const y of [60, box.height / 2, box.height - 20]) {
        if (!document.elementFromPoint(box.left + 40, box.top + y)?.closest('[data-row]')) bad++;
      }
    }
    return { bad, rows: document.querySelectorAll('[data-row]').length };
  });
  assert.equal(gaps.bad, 0);
  assert.ok(gaps.rows < 60, `${gaps.rows} rows`);
  await page.context().close();
});

test('journeys: what somebody else changed is told, and a session that ended goes on where it was', kLong, async () => {
  const page = await stage.open();
  await stage.show(page, 'example/groups');
  await page.waitForTimeout(500);
  const clerk = await stage.call('POST', '/v1/api-keys', { name: 'other', scopes: ['organization:get', 'organization:groupcreate'] });
  await fetch(`${stage.origin}/v1/groups`, { method: 'POST', headers: { Authorization: `Bearer ${clerk.raw_key}`, 'X-Tenant-ID': stage.tenant, 'Content-Type': 'application/json' }, body: '{"name":"Paris"}' });
  await page.getByText('Something here was changed by somebody else.').waitFor();
  await button(page, 'Reload').click();
  await page.getByRole('link', { name: 'Paris' }).waitFor();
  await stage.endSessions();
  await page.getByRole('link', { name: 'Roles', exact: true }).click();
  await page.getByText('Your session has ended.').waitFor();
  await stage.logIn(page, stage.key);
  await page.getByRole('heading', { name: 'Roles', level: 1 }).waitFor();
  await page.context().close();
});

test('journeys: by keyboard alone: ask why somebody may not, and read what would turn it', kLong, async () => {
  const page = await stage.open();
  await page.keyboard.press('g');
  await page.keyboard.press('e');
  await page.getByRole('heading', { name: 'Explain', level: 1 }).waitFor();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.labels[0].textContent), 'Who');
  await page.keyboard.type('ada');
  await page.getByRole('option', { name: /Ada Lovelace/ }).waitFor();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  await page.keyboard.type('read');
  await page.keyboard.press('Tab');
  await page.keyboard.type('invoice:42');
  await page.keyboard.press('Enter');
  await page.getByText('Denied').waitFor();
  await page.getByText('Set status of invoice/42 to "open".').waitFor();
  await page.context().close();
});

test('journeys: names are shown as they are, whatever they look like', kLong, async () => {
  const page = await stage.open();
  const name = `<img src=x onerror="alert(1)"> 'quoted' {{x}} ${'long'.repeat(30)}`;
  await stage.call('POST', '/v1/roles', { slug: 'hostile', name, description: '<script>alert(2)</script>', scopes: [] });
  page.on('dialog', () => stage.violations.push('a name was run'));
  await stage.show(page, 'example/roles/hostile');
  assert.equal(await page.locator('main h1').textContent(), name);
  await page.getByText('<script>alert(2)</script>').waitFor();
  await stage.show(page, 'example/roles?q=img');
  await page.getByRole('link', { name }).waitFor();
  assert.equal(await page.locator('main img').count(), 0);
  await page.context().close();
});

test('journeys: a link to another question is followed on the page of the first', kLong, async () => {
  const page = await stage.open();
  const [ada, grace] = stage.users;
  const question = (of) => `example/explain?p=user%3A${of.id}&a=read&r=invoice%3A42`;
  await stage.show(page, question(ada));
  await page.getByText(/^Ada Lovelace may not read/).waitFor();
  await stage.show(page, question(grace));
  await page.getByText(/^Grace Hopper may not read/).waitFor();
  await page.waitForFunction((name) => document.querySelector('main input[role=combobox]').value === name, grace.name);
  await page.context().close();
});

test('journeys: two tabs: who logs out in one is out in the other', kLong, async () => {
  const page = await stage.open();
  const other = await page.context().newPage();
  await other.goto(`${stage.origin}/console/#/example/roles`);
  await other.getByRole('grid', { name: 'Roles' }).waitFor();
  await button(page, 'Log out').click();
  await page.getByText('You are logged out.').first().waitFor();
  await other.getByRole('link', { name: 'Groups', exact: true }).click();
  await other.getByText('Your session has ended.').waitFor();
  await page.context().close();
});

test('journeys: the server is started anew under the page, which goes on', kLong, async () => {
  const page = await stage.open();
  await stage.show(page, 'example/roles');
  await stage.restart(async () => {
    await page.getByRole('link', { name: 'Groups', exact: true }).click();
    await page.getByText('No connection to the server. Trying again.').waitFor();
  });
  await page.getByRole('grid', { name: 'Groups' }).waitFor();
  await page.context().close();
});

test('journeys: a session is ended from another', kLong, async () => {
  const page = await stage.open();
  const other = await stage.open();
  await stage.show(page, 'example/settings?tab=sessions');
  await button(page, 'End').first().click();
  await page.getByText('The session has ended.').first().waitFor();
  await page.context().close();
  await other.context().close();
});

test('journeys: without the server the page says so, and goes on when it is back', kLong, async () => {
  const page = await stage.open();
  await page.context().setOffline(true);
  await page.getByRole('link', { name: 'Roles', exact: true }).click();
  await page.getByText('No connection to the server. Trying again.').waitFor();
  await page.context().setOffline(false);
  await page.getByRole('grid', { name: 'Roles' }).waitFor();
  await page.context().close();
});

test('journeys: a pasted list: who is new, known and unknown is seen before, and it is one change', kLong, async () => {
  const page = await stage.open();
  const group = await stage.call('POST', '/v1/groups', { name: 'Pasted' });
  const [one, two, three] = (await stage.call('GET', '/v1/users?limit=3')).data;
  await stage.call('POST', `/v1/groups/${group.id}/members`, { user_id: one.id });
  await stage.show(page, `example/groups/${group.id}`);
  await button(page, 'Add many').click();
  await button(page, 'Look them up').click();
  await page.getByText('No e-mail address and no id is among this.').waitFor();
  await page.getByLabel('E-mail addresses').fill(`Name,E-Mail\n"Two",<${two.email.toUpperCase()}>\n${one.email};nobody@example.net\n${three.id}`);
  await button(page, 'Look them up').click();
  await page.getByText('2 people will be added, 1 already in the group, 1 not known here.').waitFor();
  await page.getByText('is not known here, and left out').waitFor();
  assert.deepEqual(await stage.faults(page), []);
  await page.getByRole('dialog').locator('button[type=submit]').click();
  await page.getByText('They are added.').first().waitFor();
  const members = await stage.call('GET', `/v1/groups/${group.id}/members`);
  assert.equal(members.data.length, 3);
  await button(page, 'Undo').click();
  await button(page, 'Undo it').click();
  await page.getByText('It is undone.').first().waitFor();
  assert.equal((await stage.call('GET', `/v1/groups/${group.id}/members`)).data.length, 1);
  await page.context().close();
});

test('journeys: what ends soon is extended, made permanent with a reason, and many are taken away at once', kLong, async () => {
  const page = await stage.open();
  const [one, two] = (await stage.call('GET', '/v1/users?limit=2')).data;
  const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
  const make = (user, resource, expires_at) => stage.call('POST', '/v1/mappings', { principal: { type: 'user', id: user.id }, role: 'example', resource, expires_at });
  const first = await make(one, 'Folder:1', inDays(2));
  const second = await make(two, 'Folder:1', inDays(3));
  await stage.show(page, 'example/mappings?resource=Folder%3A1');
  await button(page, 'Expiring').click();
  await page.getByRole('button', { name: `Extend ${one.name} example` }).click();
  assert.deepEqual(await stage.faults(page), []);
  await button(page, '30 days').click();
  await button(page, 'Look at the impact and save').click();
  await page.getByText('Nobody gains or loses anything by this.').first().waitFor();
  await inDialog(page, 'Save').click();
  await page.getByText('It has its new end.').first().waitFor();
  const extended = await stage.call('GET', `/v1/mappings/${first.id}`);
  assert.equal(Date.parse(extended.expires_at) - Date.parse(first.expires_at), 30 * 86_400_000);

  // Ends no longer within a week, so it is gone from the view.
  await page.getByRole('button', { name: `Extend ${one.name} example` }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: `Extend ${two.name} example` }).click();
  await button(page, 'Make permanent').click();
  await button(page, 'Look at the impact and save').click();
  await page.getByText('Say why it is to have no end.').waitFor();
  await page.getByLabel('Reason').fill('Stays for good.');
  await button(page, 'Look at the impact and save').click();
  await inDialog(page, 'Save').click();
  await page.getByText('It has its new end.').first().waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  const permanent = await stage.call('GET', `/v1/mappings/${second.id}`);
  assert.deepEqual([permanent.expires_at, permanent.reason], [null, 'Stays for good.']);

  await stage.show(page, 'example/mappings?resource=Folder%3A1');
  await page.getByLabel('Choose all that are listed').check();
  await page.getByText('2 chosen').waitFor();
  await page.getByRole('group', { name: '2 chosen' }).getByRole('button', { name: 'Remove' }).click();
  // They hold the role by a group as well.
  await page.getByText('Nobody gains or loses anything by this.').first().waitFor();
  await page.getByRole('dialog').locator('button[type=submit]').click();
  await page.getByText('2 are taken away.').first().waitFor();
  assert.equal((await stage.call('GET', '/v1/mappings?resource=Folder%3A1')).data.length, 0);
  await page.context().close();
});

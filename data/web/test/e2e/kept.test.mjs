// What people typed, picked or began is not lost: by a tab, by a second Enter, by whoever is quicker.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { button, inDialog, kLong, staged } from './fixture.mjs';

const stage = staged();

test('kept: who goes on while another tenant is being shown arrives', kLong, async () => {
  const page = await stage.open({ key: stage.platform });
  await stage.show(page, '-/tenants');
  await button(page, 'Make a tenant').click();
  await page.getByRole('dialog').getByLabel('Name', { exact: true }).fill('Globex');
  await inDialog(page, 'Make a tenant').click();
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  await stage.show(page, 'example');
  // As soon as the other tenant is drawn the address changes again.
  await page.evaluate(() => new Promise((done) => {
    const seen = new MutationObserver(() => {
      if (document.querySelector('.switcher input')?.value !== 'Globex') return;
      seen.disconnect();
      location.hash = '#/-/tenants';
      done();
    });
    seen.observe(document.body, { subtree: true, childList: true, attributes: true });
    location.hash = '#/globex';
  }));
  await page.getByRole('heading', { name: 'Tenants', level: 1 }).waitFor();
  await page.context().close();
});

test('kept: a tenant that could not be read is asked for again, and not said to be none', kLong, async () => {
  const page = await stage.open({ key: stage.platform });
  await page.route(/\/v1\/tenants\?/, (route) => route.fulfill({ status: 503, json: { code: 'unavailable', message: 'Not now.' } }));
  await page.goto(`${stage.origin}/console/#/example`);
  await page.reload();
  await page.getByText('Not now.').waitFor();
  assert.deepEqual(await stage.faults(page), []);
  await page.unroute(/\/v1\/tenants\?/);
  await button(page, 'Try again').click();
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  await page.context().close();
});

test('kept: a second Enter and Escape while a key is made: one is made, and its secret is seen', kLong, async () => {
  const page = await stage.open();
  await stage.show(page, 'example/keys');
  let asked = 0;
  let answer;
  const held = new Promise((done) => {
    answer = done;
  });
  await page.route(/\/v1\/api-keys$/, async (route) => {
    asked++;
    await held;
    await route.continue();
  });
  await button(page, 'Make a key').click();
  await page.getByLabel('What it is for').fill('twice');
  for (const key of ['Enter', 'Enter', 'Escape', 'Escape']) await page.keyboard.press(key);
  await button(page, 'Cancel').click({ force: true });
  answer();
  const secret = await page.getByRole('dialog').locator('pre').textContent();
  assert.match(secret, /^rvk_/);
  assert.equal(asked, 1);
  // Leaving the page with a secret that is shown is asked about.
  const questions = [];
  page.on('dialog', (dialog) => {
    questions.push(dialog.message());
    void dialog.dismiss();
  });
  await page.evaluate(() => {
    location.hash = '#/example/roles';
  });
  await page.waitForFunction(() => location.hash === '#/example/keys');
  assert.deepEqual(questions, ['Leave without the secret? It is not shown again.']);
  assert.equal(await page.getByRole('dialog').locator('pre').textContent(), secret);
  await button(page, 'I stored it').click();
  await page.getByRole('row').filter({ hasText: 'twice' }).waitFor();
  await page.context().close();
});

test('kept: a rule that is being written stays, by a tab and by a link, each of which asks once', kLong, async () => {
  const page = await stage.open();
  await stage.show(page, `example/policies/${stage.policy}`);
  await button(page, 'Edit').first().click();
  const box = page.locator('.cm-content');
  await box.click();
  await page.keyboard.press('Control+End');
  await page.keyboard.type('// mine');
  await page.getByText('not saved yet').waitFor();
  let asked = 0;
  page.on('dialog', (dialog) => {
    asked++;
    void dialog.dismiss();
  });
  await page.getByRole('tab', { name: 'History' }).click();
  assert.equal(asked, 1);
  await page.getByRole('link', { name: 'Roles', exact: true }).click();
  await page.waitForFunction(() => location.hash.includes('/policies/'));
  assert.equal(asked, 2);
  assert.match(await box.textContent(), /mine/);
  page.removeAllListeners('dialog');
  page.on('dialog', (dialog) => void dialog.accept());
  await page.getByRole('tab', { name: 'History' }).click();
  await page.getByRole('tab', { name: 'History', selected: true }).waitFor();
  await page.context().close();
});

test('kept: a schema that somebody else saved first is shown beside one’s own, and none is removed by one click', kLong, async () => {
  const schema = (text) => stage.call('PUT', '/v1/schema?force=true', { schema: text });
  await schema('entity invoice { status: String };');
  const page = await stage.open();
  await stage.show(page, 'example/settings?tab=schema');
  const box = page.locator('.cm-content');
  const mine = 'entity invoice { status: Long };';
  await box.fill(mine);
  const save = page.getByRole('button', { name: /^Save, though \d+ things? no longer fits?$/ });
  await button(page, 'Look what would no longer fit').click();
  await save.waitFor();
  await schema('entity invoice { status: String, size?: Long };');
  await save.click();
  await page.getByText('Somebody else changed this while you edited it.').waitFor();
  await page.getByRole('alert').getByText('size?: Long').waitFor();
  assert.deepEqual(await stage.faults(page), []);
  await button(page, 'Keep mine and look again').click();
  assert.equal(await box.innerText(), mine);
  await button(page, 'Look what would no longer fit').click();
  await save.click();
  await page.getByText('The schema is saved.').first().waitFor();
  assert.equal((await stage.call('GET', '/v1/schema')).schema, mine);

  await button(page, 'Remove the schema').click();
  await page.getByText('What is stored stays as it is.').waitFor();
  assert.deepEqual(await stage.faults(page), []);
  await inDialog(page, 'Cancel').click();
  assert.equal((await stage.call('GET', '/v1/schema')).schema, mine);
  await button(page, 'Remove the schema').click();
  await inDialog(page, 'Remove the schema').click();
  await page.getByText('The schema is removed.').first().waitFor();
  await page.getByText('This tenant has no schema.').waitFor();
  await page.context().close();
});

test('kept: settings of decisions that somebody else saved first are shown beside one’s own, which go over them', kLong, async () => {
  const put = (settings) => stage.call('PUT', '/v1/decisions/settings', settings);
  await put({ log: 'all', reasons: 'user' });
  const page = await stage.open();
  await stage.show(page, 'example/settings?tab=decisions');
  await page.getByLabel('Record', { exact: true }).selectOption('denied');
  await page.getByLabel('Left out of entries').fill('/context/token');
  await put({ log: 'all', reasons: 'user', log_strict: true, log_mask: ['/context/ip'] });
  await button(page, 'Save').click();
  const both = page.getByRole('alert').filter({ hasText: 'Somebody else changed this while you edited it.' });
  await both.getByText('/context/token').waitFor();
  await both.getByText('/context/ip').waitFor();
  // What neither changed isn't listed.
  assert.deepEqual([...new Set(await both.locator('dt').allTextContents())].sort(), ['Answered once on disk', 'Left out of entries', 'Recorded']);
  assert.deepEqual(await stage.faults(page), []);
  assert.ok(await button(page, 'Save').isDisabled());
  await button(page, 'Keep mine and look again').click();
  assert.ok(await page.getByLabel('Answer only once the entry is on disk').isChecked());
  await button(page, 'Save').click();
  await page.getByText('The settings are saved.').first().waitFor();
  const { log, reasons, log_strict, log_mask } = await stage.call('GET', '/v1/decisions/settings');
  assert.deepEqual({ log, reasons, log_strict, log_mask }, { log: 'denied', reasons: 'user', log_strict: true, log_mask: ['/context/token'] });

  // Theirs is taken; and what is typed isn't left without a question.
  await page.getByLabel('Secret names').fill('salary');
  await put({ log: 'all', secret: ['pay'] });
  await button(page, 'Save').click();
  await button(page, 'Take theirs').click();
  await page.waitForFunction(() => [...document.querySelectorAll('textarea')].some((one) => one.value === 'pay'));
  await page.getByLabel('Secret names').fill('bonus');
  const questions = [];
  page.on('dialog', (dialog) => {
    questions.push(dialog.message());
    void dialog.accept();
  });
  await page.getByRole('tab', { name: 'Schema' }).click();
  await page.getByRole('tab', { name: 'Schema', selected: true }).waitFor();
  assert.equal(questions.length, 1);
  await put({ log: 'all' });
  await page.context().close();
});

test('kept: who has no end is given none by a span, and a mapping changed meanwhile is looked at again', kLong, async () => {
  const [one, two] = stage.users;
  const end = new Date(Date.now() + 86_400_000).toISOString();
  const make = (user, expires_at) => stage.call('POST', '/v1/mappings', { principal: { type: 'user', id: user.id }, role: 'example', resource: 'Folder:5', expires_at });
  const [timed, endless] = [await make(one, end), await make(two, null)];
  const page = await stage.open();
  await stage.show(page, 'example/mappings?resource=Folder%3A5');
  await page.getByLabel('Choose all that are listed').check();
  await page.getByRole('group', { name: '2 chosen' }).getByRole('button', { name: 'Extend' }).click();
  await page.getByText('1 has no end, and stays so.').waitFor();
  assert.deepEqual(await stage.faults(page), []);
  await button(page, 'Look at the impact and save').click();
  await inDialog(page, 'Save').click();
  await page.getByText('It has its new end.').first().waitFor();
  const read = (id) => stage.call('GET', `/v1/mappings/${id}`);
  assert.equal(Date.parse((await read(timed.id)).expires_at) - Date.parse(end), 7 * 86_400_000);
  assert.equal((await read(endless.id)).expires_at, null);
  // Alone it is asked for a date.
  await page.getByRole('button', { name: `Extend ${two.name} example` }).click();
  await page.getByText('1 has no end.', { exact: true }).waitFor();
  assert.equal(await inDialog(page, '7 days').count(), 0);
  await button(page, 'Look at the impact and save').click();
  await page.getByText('Choose a date.').waitFor();
  await inDialog(page, 'Cancel').click();
  // Somebody else is quicker while the dialog is open.
  await page.getByRole('button', { name: `Extend ${one.name} example` }).click();
  await inDialog(page, '1 day').click();
  await stage.call('PATCH', `/v1/mappings/${timed.id}`, { expires_at: null });
  await button(page, 'Look at the impact and save').click();
  await page.getByText('Somebody changed this since the page was read.').waitFor();
  assert.equal((await read(timed.id)).expires_at, null);
  await page.context().close();
});

test('kept: what was picked stays in its box, and is no longer picked once other words are typed', kLong, async () => {
  const page = await stage.open();
  const pick = async (box, words, name) => {
    await box.fill(words);
    await page.getByRole('option', { name }).first().click();
    await box.blur();
    await stage.settle(page);
    assert.equal(await box.inputValue(), name);
  };
  await stage.show(page, 'example/mappings');
  await button(page, 'Give a role').click();
  const dialog = page.getByRole('dialog');
  await pick(dialog.getByLabel('Given to'), 'Eng', 'Engineering');
  await pick(dialog.getByLabel('Role'), 'exam', 'Example');
  const give = button(page, 'Look at the impact and give');
  assert.ok(await give.isEnabled());
  await dialog.getByLabel('Role').fill('Exa');
  assert.ok(await give.isDisabled());
  await inDialog(page, 'Cancel').click();
  await stage.show(page, 'example/roles/example?tab=holders');
  await button(page, 'Give it to a group').first().click();
  await pick(dialog.getByLabel('Group'), 'Ber', 'Berlin');
  await inDialog(page, 'Cancel').click();
  await stage.show(page, `example/groups/${stage.engineering}`);
  await button(page, 'Add a person').click();
  await pick(dialog.getByLabel('Person'), 'Ada', 'Ada Lovelace');
  await page.context().close();
});

test('kept: comments of a rule stay where its form changes nothing, and a rule changed meanwhile is shown beside one’s own', kLong, async () => {
  const text = '// Whoever reads may read it.\npermit (principal, action == Action::"read", resource == invoice::"7");\n';
  const policy = await stage.call('POST', '/v1/policies', { name: 'Commented', priority: 3 });
  const rule = await stage.call('POST', `/v1/policies/${policy.id}/rules`, { policy_text: text });
  const page = await stage.open();
  await stage.show(page, `example/policies/${policy.id}`);
  await button(page, 'Edit').click();
  await page.getByText('The rule is valid.').waitFor();
  await button(page, 'As a form').click();
  await page.getByLabel('Its id').waitFor();
  assert.equal(await page.getByText('not saved yet').count(), 0);
  await button(page, 'As text').click();
  const box = page.locator('.cm-content');
  assert.match(await box.innerText(), /Whoever reads may read it/);
  await page.getByText('The rule is valid.').waitFor();
  await button(page, 'As a form').click();
  await page.getByLabel('Its id').fill('8');
  await page.getByText('not saved yet').waitFor();
  await page.getByText('The rule is valid.').waitFor();
  const place = `/v1/policies/${policy.id}/rules/${rule.id}`;
  await stage.call('PATCH', place, { policy_text: text.replace('"7"', '"9"') });
  await button(page, 'Look at the impact and save').click();
  const overtaken = page.getByRole('alert').filter({ hasText: 'Somebody else changed this while you edited it.' });
  await overtaken.getByText('invoice::"9"').waitFor();
  await overtaken.getByText('invoice::"8"').waitFor();
  assert.deepEqual(await stage.faults(page), []);
  assert.ok(await button(page, 'Look at the impact and save').isDisabled());
  await button(page, 'Keep mine and look again').click();
  // It is overtaken once more while its sheet is read.
  await button(page, 'Look at the impact and save').click();
  await page.getByRole('dialog').locator('button[type=submit]:enabled').waitFor();
  await stage.call('PATCH', place, { policy_text: text.replace('"7"', '"10"') });
  await page.getByRole('dialog').locator('button[type=submit]').click();
  await overtaken.getByText('invoice::"10"').waitFor();
  assert.equal(await page.getByRole('dialog').count(), 0);
  assert.match((await stage.call('GET', place)).policy_text, /invoice::"10"/);
  await button(page, 'Keep mine and look again').click();
  await button(page, 'Look at the impact and save').click();
  await page.getByRole('dialog').locator('button[type=submit]:enabled').click();
  await page.getByText('The rule is saved.').first().waitFor();
  assert.match((await stage.call('GET', place)).policy_text, /invoice::"8"/);
  // Theirs is taken: it stands in the box, and nothing is left to be saved.
  await button(page, 'Edit').click();
  await box.fill('permit (principal, action == Action::"read", resource == invoice::"11");');
  await page.getByText('The rule is valid.').waitFor();
  await stage.call('PATCH', place, { policy_text: text.replace('"7"', '"12"') });
  await button(page, 'Look at the impact and save').click();
  await button(page, 'Take theirs').click();
  await box.getByText('"12"').waitFor();
  assert.equal(await page.getByText('not saved yet').count(), 0);
  await page.context().close();
});

test('kept: until the editor is there a plain field is, and what was typed in it and found of it goes on', kLong, async () => {
  const page = await stage.open();
  let goOn;
  const held = new Promise((done) => {
    goOn = done;
  });
  await page.route(/\/console\/editor-/, async (route) => {
    await held;
    await route.continue();
  });
  await stage.show(page, `example/policies/${stage.policy}`);
  await button(page, 'Add a rule').click();
  const field = page.locator('textarea');
  await field.fill('permit (principal, action, resourc);');
  await page.getByText('did you mean `resource`').waitFor();
  assert.deepEqual(await stage.faults(page), []);
  await field.press('Home');
  goOn();
  const box = page.locator('.cm-content');
  await box.waitFor();
  await page.waitForFunction(() => document.querySelector('.editor')?.shadowRoot?.activeElement);
  // What is wrong was found before, and is marked now.
  await page.locator('.cm-lintRange-error', { hasText: 'resourc' }).waitFor();
  await page.keyboard.type('// Typed on.');
  await page.keyboard.press('Enter');
  assert.equal(await box.innerText(), '// Typed on.\npermit (principal, action, resourc);');
  await button(page, 'Cancel').click();
  await page.context().close();
});

test('kept: where the editor can’t be had the plain field stays', kLong, async () => {
  const page = await stage.open();
  await page.route(/\/console\/editor-/, (route) => route.abort());
  await stage.show(page, 'example/settings?tab=schema');
  await page.getByText('The editor could not be loaded, so this is a plain text field.').waitFor();
  await page.getByLabel('The schema, in the language of Cedar').fill('entity invoice { status: Str');
  await button(page, 'Look what would no longer fit').click();
  await page.getByText('line 1, column 29: expected').waitFor();
  assert.deepEqual(await stage.faults(page), []);
  await page.context().close();
});

test('kept: the entry of what was taken away is found from where it was done', kLong, async () => {
  const user = stage.users[2];
  for (const [place, name] of [[`people/${user.id}`, 'person'], ['who-can?by=scope&s=group%3Aupdate', 'permission']]) {
    const { slug } = await stage.call('POST', '/v1/roles', { name: `Taken ${name}`, scopes: ['group:update'] });
    await stage.call('POST', '/v1/mappings', { principal: { type: 'user', id: user.id }, role: slug });
    const page = await stage.open();
    await stage.show(page, `example/${place}`);
    await button(page, `Take the role ${slug} away`).click();
    await page.getByRole('dialog').locator('button[type=submit]').click();
    await page.getByRole('link', { name: 'See it in the audit log' }).click();
    await page.getByRole('heading', { name: 'Activity', level: 1 }).waitFor();
    await page.locator('[data-row]', { hasText: 'mapping' }).first().waitFor();
    assert.ok(page.url().includes(encodeURIComponent(`user:${user.id}/${slug}`)), page.url());
    await page.context().close();
  }
});

test('kept: a sheet and an offer to undo stay in their tenant', kLong, async () => {
  await fetch(`${stage.origin}/v1/tenants`, {
    method: 'POST', body: '{"name":"Initech"}',
    headers: { Authorization: `Basic ${Buffer.from(stage.platform).toString('base64')}`, 'Content-Type': 'application/json' },
  });
  const page = await stage.open({ key: stage.platform });
  const group = await stage.call('POST', '/v1/groups', { name: 'Offered' });
  await stage.show(page, `example/groups/${group.id}?tab=roles`);
  await button(page, 'Give a role').first().click();
  await page.getByRole('dialog').getByLabel('Role').fill('exam');
  await page.getByRole('option', { name: 'Example' }).first().click();
  await button(page, 'Look at the impact and give').click();
  await page.getByRole('dialog').locator('button[type=submit]').click();
  await button(page, 'Undo').waitFor();
  await button(page, 'Undo').click();
  await page.getByRole('dialog').getByText('Undo: Give Example to Offered').waitFor();
  await page.evaluate(() => {
    location.hash = '#/initech';
  });
  await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  assert.equal(await button(page, 'Undo').count(), 0);
  await page.context().close();
});

test('kept: what somebody’s session read is not told to the next', kLong, async () => {
  const page = await stage.open();
  const names = [];
  page.on('request', (asked) => {
    if (asked.url().includes('/serviceusers/')) names.push(asked.url());
  });
  await stage.show(page, 'example/settings?tab=sessions');
  await page.getByRole('link', { name: 'admin', exact: true }).first().waitFor();
  const before = names.length;
  assert.ok(before > 0);
  await button(page, 'Log out').click();
  await page.locator('input[type=password]').waitFor();
  await stage.logIn(page, stage.key);
  await stage.show(page, 'example/settings?tab=sessions');
  await page.getByRole('link', { name: 'admin', exact: true }).first().waitFor();
  assert.ok(names.length > before);
  await page.context().close();
});

test('kept: mappings of a half-written thing aren’t all mappings, whom a link means is said, and no more are chosen than can be changed', kLong, async () => {
  const page = await stage.open();
  const ada = stage.users.find((one) => one.name === 'Ada Lovelace');
  const asked = [];
  page.on('request', (request) => {
    if (/\/v1\/mappings\?/.test(request.url())) asked.push(request.url());
  });
  await stage.show(page, `example/mappings?resource=Fold&principal=user%3A${ada.id}`);
  await page.getByText('Nothing is listed until this is whole.').waitFor();
  assert.equal(await page.getByRole('table').count(), 0);
  assert.deepEqual(asked, []);
  assert.deepEqual(await stage.faults(page), []);
  await page.waitForFunction(() => [...document.querySelectorAll('main input')].some((one) => one.value === 'Ada Lovelace'));
  await page.getByLabel('On', { exact: true }).fill('Folder:77');
  await page.getByText('Nothing was given that fits.').waitFor();
  assert.ok(asked.every((url) => url.includes('Folder%3A77')), asked.join());

  const one = (await stage.call('GET', '/v1/mappings?limit=1')).data[0];
  await page.route(/\/v1\/mappings\?/, (route) => route.fulfill({ json: {
    data: Array.from({ length: 1001 }, (_, index) => ({ ...one, id: one.id.slice(0, -4) + String(index).padStart(4, '0') })), has_more: false,
  } }));
  await stage.show(page, 'example/mappings?resource=Folder%3A78');
  await page.getByLabel('Choose all that are listed').check();
  await page.getByText('At most 1,000 are changed at once.').waitFor();
  const chosen = (n) => page.getByRole('group', { name: `${n} chosen` }).getByRole('button', { name: 'Remove' });
  assert.ok(await chosen('1,001').isDisabled());
  await page.locator('tbody input').first().uncheck();
  assert.ok(await chosen('1,000').isEnabled());
  await page.context().close();
});

test('kept: what is folded is not closed around what is being typed', kLong, async () => {
  const page = await stage.open();
  await stage.show(page, 'example/explain?c=%7B%7D');
  const box = page.getByLabel('Context', { exact: true });
  await box.fill('');
  assert.ok(await box.isVisible());
  await box.fill('{"a":1}');
  const summary = page.getByText('More of the question, and what if');
  await summary.click();
  await box.waitFor({ state: 'hidden' });
  await summary.click();
  await box.waitFor();
  const when = page.getByLabel('Date and time');
  await page.getByText('As it was, or will be, at another time').click();
  await when.fill('2026-01-01T10:00');
  await when.fill('');
  assert.ok(await when.isVisible());
  await page.context().close();
});

test('kept: the map stands as the server has it until all lines are there, and is put in order then', kLong, async () => {
  const page = await stage.open();
  const real = await stage.call('GET', '/v1/access-map?rows=users&cols=roles');
  const line = (name, direct) => ({ ...real.data[0], id: `0197f3c4-0000-7000-8000-00000000000${name}`, name: `Line ${name}`, direct, through_groups: [], on_things: [], timed: [] });
  const columns = [{ column: 'boss', name: 'Boss', risk: 'admin' }, { column: 'reader', name: 'Reader', risk: 'low' }];
  let goOn;
  const held = new Promise((done) => {
    goOn = done;
  });
  await page.route(/\/v1\/access-map\?/, async (route) => {
    const isLast = route.request().url().includes('cursor=');
    if (isLast) await held;
    const { next_cursor: _, ...rest } = real;
    await route.fulfill({ json: isLast ? { ...rest, columns, has_more: false, data: [line(3, ['boss'])] }
      : { ...rest, columns, has_more: true, next_cursor: 'on', data: [line(1, []), line(2, ['reader'])] } });
  });
  await page.goto(`${stage.origin}/console/#/example/map?sort=risk`);
  await page.getByText('2 lines read; they are put in order once all are there.').waitFor();
  const names = () => page.locator('[data-row] .cut').allTextContents();
  assert.deepEqual(await names(), ['Line 1', 'Line 2']);
  goOn();
  await page.getByText('they are put in order').waitFor({ state: 'detached' });
  assert.deepEqual(await names(), ['Line 3', 'Line 2', 'Line 1']);
  assert.deepEqual(await stage.faults(page), []);
  await page.context().close();
});

test('kept: keys of a person go on behind the first page, and a file that can’t be read whole is not saved', kLong, async () => {
  const page = await stage.open();
  const [user] = stage.users;
  const key = (name) => ({ id: `0197f3c4-0000-7000-8000-00000000000${name.length}`, name, created_by: user.id, revoked_at: null, expires_at: null, scopes: [] });
  await page.route(/\/v1\/api-keys\?/, (route) => route.fulfill({ json: route.request().url().includes('cursor=')
    ? { data: [key('second')], has_more: false } : { data: [key('first')], has_more: true, next_cursor: 'on' } }));
  await stage.show(page, `example/people/${user.id}?tab=keys`);
  await page.getByRole('link', { name: 'first', exact: true }).waitFor();
  await button(page, 'Show more').click();
  await page.getByRole('link', { name: 'second', exact: true }).waitFor();
  assert.equal(await button(page, 'Show more').count(), 0);

  await stage.show(page, 'example/activity');
  await page.locator('[data-row="0"]').waitFor();
  await page.route(/\/v1\/audit-log\?/, (route) => route.fulfill({ status: 503, json: { code: 'unavailable', message: 'Not now.' } }));
  page.on('download', () => assert.fail('a file was saved'));
  await button(page, 'Save as JSON lines').click();
  await page.getByRole('alert').getByText('Not now.').waitFor();
  assert.deepEqual(await stage.faults(page), []);
  await page.context().close();
});

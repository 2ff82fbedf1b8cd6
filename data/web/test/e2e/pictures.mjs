// Makes the pictures of docs/console.md: node pictures.mjs FOLDER
import { join } from 'node:path';
import { start } from './fixture.mjs';

const folder = process.argv[2];
const stage = await start();
const page = await stage.open({ width: 1180, height: 720 });
const take = (name) => page.screenshot({ path: join(folder, `${name}.png`) });
const button = (name) => page.getByRole('button', { name, exact: true });

// A role is given two permissions more: who gains is shown before it is saved.
await stage.show(page, 'example/roles/example');
await button('Change permissions').click();
await page.getByLabel('group:administer').check();
await page.getByText('3 people gain permissions.').first().waitFor();
await button('Look at the impact and save').click();
await page.getByRole('dialog').getByText('Who gains').waitFor();
await page.getByRole('dialog').getByRole('link', { name: 'Grace Hopper' }).waitFor();
await take('impact');
await page.keyboard.press('Escape');
await button('Cancel').click();

await stage.show(page, `example/people/${stage.users[0].id}`);
await take('person');

await stage.show(page, `example/explain?p=user%3A${stage.users[0].id}&a=read&r=invoice%3A42`);
await page.getByText('Denied').waitFor();
await take('explain');

await stage.show(page, `example/policies/${stage.policy}`);
await button('Edit').click();
await page.getByText('The rule is valid.').waitFor();
await page.getByRole('textbox', { name: 'Rule, in Cedar' }).waitFor();
await take('policy');
await stage.close();

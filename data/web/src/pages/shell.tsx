// What stands around every page: the tenant, the search, the pages there are, and bars that say when the server is
// away or somebody has changed something.
import { useEffect, useRef, useState } from 'preact/hooks';
import { useChanged } from '../follow';
import { readLook } from '../look';
import { format, go, reloadPage, useRoute } from '../router';
import type { Fault, Schemas } from '../api';
import { findAnything } from '../search';
import { enterTenant, searchTenants, useHere, useSession } from '../session';
import { t } from '../text';
import { Dialog } from '../ui/dialog';
import { Picker, type Option } from '../ui/picker';
import { Sheets } from '../ui/impact';
import { PageHead } from '../ui/page';
import { Failure } from '../ui/states';
import { dropOffers } from '../ui/toast';
import { pageOf } from './index';

interface Link {
  key: string;
  name: string;
}
const kPages: [string, Link[]][] = [
  [t.shell.groups.access, [
    { key: '', name: t.overview.title }, { key: 'roles', name: t.roles.title }, { key: 'groups', name: t.groups.title },
    { key: 'people', name: t.people.title }, { key: 'keys', name: t.keys.short },
    { key: 'mappings', name: t.mappings.title },
  ]],
  [t.shell.groups.questions, [
    { key: 'explain', name: t.explain.title }, { key: 'who-can', name: t.whoCan.title },
    { key: 'what-can', name: t.whatCan.title }, { key: 'map', name: t.map.title }, { key: 'compare', name: t.compare.title },
  ]],
  [t.shell.groups.rules, [{ key: 'policies', name: t.policies.title }, { key: 'tests', name: t.tests.title }]],
  [t.shell.groups.records, [{ key: 'activity', name: t.activity.title }, { key: 'unused', name: t.unused.title }, { key: 'settings', name: t.settings.title }]],
];
// What a page is found under in the navigation.
const kParents: Record<string, string> = { machines: 'keys' };
const kLetters: Record<string, string> = { r: 'roles', g: 'groups', p: 'people', e: 'explain', a: 'activity' };

// `wanted` is the tenant that the address names; `fault` says why it isn't known.
export function Shell({ online, wanted, fault, retry }: {
  online: boolean; wanted: string; fault: Fault | undefined; retry: () => void;
}) {
  const { me, tenant, can, leave } = useSession();
  const here = useHere();
  const route = useRoute();
  const [menu, setMenu] = useState(false);
  const [help, setHelp] = useState(false);
  const [round, setRound] = useState(0);
  const { changed, seen } = useChanged(tenant?.id ?? null, me.id, can('organization:get'));
  const unknown = wanted !== '' && tenant === null;
  const page = unknown ? null : pageOf(route);
  const address = route.segments.join('/');
  useFocusOnArrival(address);
  useShortcuts(tenant ? here : null, () => setHelp(true));
  useEffect(() => setMenu(false), [address]);
  useEffect(() => dropOffers, [tenant?.id]);
  useEffect(() => { if (tenant && me.platform) enterTenant(tenant); }, [tenant?.id]);
  useEffect(() => {
    const again = (): void => setRound((n) => n + 1);
    window.addEventListener('reload-page', again);
    return () => window.removeEventListener('reload-page', again);
  }, []);
  const current = kParents[route.segments[1] ?? ''] ?? route.segments[1] ?? '';

  return (
    <>
      <a class="skip" href="#content" onClick={(event) => {
        event.preventDefault();
        document.querySelector<HTMLElement>('main h1')?.focus();
      }}>{t.shell.skip}</a>
      <header class="bar">
        {tenant && (
          <button type="button" class="menu-button" aria-expanded={menu} aria-controls="side" onClick={() => setMenu(!menu)}>
            {t.shell.menu}
          </button>
        )}
        <a class="brand" href={tenant ? here() : '#/-/tenants'}>{t.shell.name}</a>
        {tenant && (me.platform ? <Switcher /> : <span>{tenant.name}</span>)}
        {me.platform && <a href="#/-/tenants">{t.tenants.title}</a>}
        {me.platform && <a href="#/-/health">{t.health.title}</a>}
        {tenant && <SearchBox />}
        <span class="row push">
          <span class="quiet small">{me.name}</span>
          <button type="button" onClick={leave}>{t.shell.logOut}</button>
        </span>
      </header>
      {!online && <div class="notice-bar" role="status">{t.states.offlineBar}</div>}
      {changed && (
        <div class="notice-bar" role="status">
          {t.states.changedBar}
          <button type="button" onClick={() => { seen(); reloadPage(); }}>{t.states.reload}</button>
        </div>
      )}
      <div class={tenant ? 'frame' : ''}>
        {tenant && (
          <div id="side" class={menu ? 'side open' : 'side'}>
            <nav aria-label={t.shell.navigation}>
              {kPages.map(([name, links]) => (
                <div key={name}>
                  <div class="group">{name}</div>
                  {links.map((link) => (
                    <a key={link.key} href={link.key ? here(link.key) : here()}
                      aria-current={current === link.key ? 'page' : undefined}>{link.name}</a>
                  ))}
                </div>
              ))}
            </nav>
          </div>
        )}
        <main class="page" id="content" key={`${tenant?.id}:${round}`}>
          {page ?? (
            <>
              <PageHead title={fault ? wanted : t.states.notFound} />
              {fault ? <Failure fault={fault} retry={retry} /> : <p>{unknown ? t.tenants.unknown(wanted) : t.states.notFoundHelp}</p>}
            </>
          )}
        </main>
      </div>
      <Sheets key={tenant?.id} />
      {help && <Shortcuts onClose={() => setHelp(false)} />}
    </>
  );
}

// On arrival at a page its heading takes the focus, so that it is what is read, and gives the tab its name.
function useFocusOnArrival(address: string): void {
  const first = useRef(true);
  useEffect(() => {
    const heading = document.querySelector<HTMLElement>('main h1');
    if (!heading) return;
    heading.tabIndex = -1;
    document.title = `${heading.textContent} · ${t.shell.name}`;
    if (!first.current || document.activeElement === document.body) heading.focus({ preventScroll: true });
    if (!first.current) window.scrollTo(0, 0);
    first.current = false;
  }, [address]);
}

function useShortcuts(here: ((...segments: string[]) => string) | null, showHelp: () => void): void {
  useEffect(() => {
    let leading = 0;
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || target.closest('input, textarea, select, dialog, .editor')) return;
      if (readLook().shortcuts === 'off') return;
      if (event.key === '/') {
        const box = document.querySelector<HTMLElement>('.bar [role=search] input');
        if (!box) return;
        event.preventDefault();
        box.focus();
      } else if (event.key === '?') {
        showHelp();
      } else if (event.key === 'g' && Date.now() - leading > 1000) {
        leading = Date.now();
      } else if (here && Date.now() - leading < 1000) {
        const page = kLetters[event.key];
        leading = 0;
        if (page) go(here(page));
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [here?.()]);
}

function Shortcuts({ onClose }: { onClose: () => void }) {
  const words = t.shell.shortcuts;
  const rows: [string, string][] = [
    ['/', words.search], ['?', words.help], ['g r', words.roles], ['g g', words.groups], ['g p', words.people],
    ['g e', words.explain], ['g a', words.activity],
  ];
  return (
    <Dialog title={words.title} onClose={onClose} onSubmit={onClose}>
      <dl class="facts">{rows.map(([keys, name]) => [<dt key={keys}><code>{keys}</code></dt>, <dd key={name}>{name}</dd>])}</dl>
      <p class="quiet">{words.off}</p>
      <div class="acts"><button type="submit">{t.common.close}</button></div>
    </Dialog>
  );
}

// The page of what was found, of the kinds that have one.
const kHits: Partial<Record<Schemas['NameHit']['resource_type'], (id: string) => [string[], Record<string, string>]>> = {
  role: (id) => [['roles', id], {}],
  group: (id) => [['groups', id], {}],
  user: (id) => [['people', id], {}],
  service_user: (id) => [['machines', id], {}],
  policy: (id) => [['policies', id], {}],
  permission: (id) => [['who-can'], { by: 'scope', s: id }],
  entity: (id) => [['mappings'], { resource: id }],
};

// Another tenant: the last five, or any by name.
function Switcher() {
  const { tenant } = useSession();
  const search = async (words: string): Promise<Option[]> =>
    (await searchTenants(words)).map(({ slug, name }) => ({ key: `#/${slug}`, name, detail: slug }));
  return (
    <div class="search switcher">
      <Picker label={t.tenants.find} value={tenant?.name ?? ''} search={search} onPick={(option) => go(option.key)} />
    </div>
  );
}

function SearchBox() {
  const { tenant } = useSession();
  const search = async (words: string): Promise<Option[]> => {
    if (words === '') return [];
    const hits = await findAnything(words);
    return hits.flatMap((hit) => {
      const page = kHits[hit.resource_type]?.(hit.id);
      if (!page) return [];
      const kind = t.shell.kinds[hit.resource_type];
      return [{
        key: format({ segments: [tenant?.slug ?? '', ...page[0]], query: page[1] }),
        name: hit.name ?? hit.id, detail: [kind, hit.email].filter(Boolean).join(' '),
      }];
    });
  };
  return (
    <div class="search" role="search">
      <Picker label={t.shell.search} placeholder={t.shell.search} search={search} clearOnPick onPick={(option) => go(option.key)} />
    </div>
  );
}

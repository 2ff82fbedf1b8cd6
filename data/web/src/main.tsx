// Starts the console: who is logged in, in which tenant, and the page that the address names.
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { setTenant, watchCalls, type Answer, type Fault } from './api';
import { LoginPage } from './pages/login';
import { Shell } from './pages/shell';
import { useLoad } from './load';
import { applyLook } from './look';
import { useRoute } from './router';
import { findTenant, forgetAll, logIn, logOut, makeSession, readSession, SessionContext, takeCode, type Me, type TenantName } from './session';
import { t } from './text';
import { LiveRegions, say } from './ui/live';
import { Skeleton } from './ui/states';
import { Toasts } from './ui/toast';

type State =
  | { kind: 'starting' }
  | { kind: 'out'; note: string }
  | { kind: 'in'; me: Me };

// The platform's pages stand below a segment that no tenant can be called.
export const kPlatform = '-';

// Taken out of the address before anything reads that.
let code = takeCode();

function Console() {
  const [state, setState] = useState<State>({ kind: 'starting' });
  const [online, setOnline] = useState(true);
  const route = useRoute();

  useEffect(() => {
    watchCalls(() => setState((was) => (was.kind === 'in' ? { kind: 'out', note: t.login.ended } : was)), setOnline);
    void begin();
  }, []);
  const begin = async (): Promise<void> => {
    const link = code;
    code = null;
    const answer = link ? await logIn(link) : await readSession();
    if (answer.ok) enter(answer.data);
    else setState({ kind: 'out', note: link && answer.fault.status === 401 ? t.login.codeGone : noteOf(answer.fault) });
  };
  const enter = (me: Me): void => {
    forgetAll();
    setState({ kind: 'in', me });
  };
  const leave = async (): Promise<void> => {
    await logOut();
    setTenant(null);
    setState({ kind: 'out', note: t.shell.loggedOut });
    say(t.shell.loggedOut);
  };

  if (state.kind === 'starting') return <Starting />;
  return (
    <>
      {state.kind === 'out' && <LoginPage note={state.note} onIn={enter} />}
      {state.kind === 'in' && <Inside me={state.me} slug={route.segments[0] ?? ''} leave={leave} online={online} />}
      <Toasts />
      <LiveRegions />
    </>
  );
}

// What index.html shows until this script runs goes on until it is known who is logged in.
function Starting() {
  return (
    <>
      <header class="bar"><span class="brand">{t.shell.name}</span></header>
      <main class="page"><Skeleton /></main>
    </>
  );
}

function noteOf(fault: Fault): string {
  if (fault.code === 'offline') return t.login.unreached;
  return fault.status === 401 ? '' : fault.message;
}

function found(tenant: TenantName | null): Answer<TenantName | null> {
  return { ok: true, data: tenant, etag: undefined, revision: undefined };
}
// The tenant of the address; that of the credential where the address names none.
function Inside({ me, slug, leave, online }: { me: Me; slug: string; leave: () => void; online: boolean }) {
  const own = me.tenant;
  const wanted = slug === kPlatform ? '' : slug || own?.slug || '';
  const load = useLoad<TenantName | null>(async () => {
    if (!wanted || own?.slug === wanted) return found(wanted ? own : null);
    const answer = await findTenant(wanted);
    // Whoever may not list tenants may enter none but their own.
    return answer.ok || answer.fault.status !== 403 ? answer : found(null);
  }, [wanted, own?.id]);
  useEffect(() => {
    if (slug) return;
    location.replace(own ? `#/${own.slug}` : '#/-/tenants');
  }, [slug]);
  if (load.data === undefined && !load.fault) return <Starting />;
  return (
    <SessionContext.Provider value={makeSession(me, load.data ?? null, leave)}>
      <Shell online={online} wanted={wanted} fault={load.fault} retry={load.reload} />
    </SessionContext.Provider>
  );
}

applyLook();
const root = document.getElementById('app');
if (root) {
  root.replaceChildren();
  render(<Console />, root);
}

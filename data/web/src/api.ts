// Calls of the server, typed by its own document: a path that isn't there, a body it doesn't take, or a member that
// it doesn't answer is an error of tsc. The browser sends the session's cookie; no other credential exists here.
import type { components, paths } from '#openapi';

export type Schemas = components['schemas'];
export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
export type Path<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<M, object> ? P : never;
}[keyof paths] & string;
type Operation<M extends Method, P extends Path<M>> = paths[P] extends Record<M, infer O> ? O : never;
type Json<C> = C extends { content: { 'application/json': infer J } } ? J : null;
type Good<R> = R extends { 201: infer C } ? Json<C> : R extends { 200: infer C } ? Json<C> : null;
// What a call answers when it isn't a trial.
export type Reply<M extends Method, P extends Path<M>> =
  Operation<M, P> extends { responses: infer R } ? Exclude<Good<R>, Schemas['DryRun']> : never;
type Body<O> = O extends { requestBody?: { content: { 'application/json': infer B } } } ? B : never;
type Query<O> = O extends { parameters: { query?: infer Q } } ? Omit<NonNullable<Q>, 'dry_run'> : never;
type PathNames<P extends string> = P extends `${string}{${infer N}}${infer R}` ? N | PathNames<R> : never;

export interface Options<M extends Method, P extends Path<M>> {
  path?: Record<PathNames<P>, string>;
  query?: Query<Operation<M, P>>;
  body?: Body<Operation<M, P>>;
  ifMatch?: string;
  ifRevision?: number;
  signal?: AbortSignal;
}

// What went wrong, as the server says it. `offline`: the server wasn't reached, and status is 0.
export interface Fault {
  status: number;
  code: string;
  message: string;
  errors: { pointer: string; message: string }[];
  notices: string[];
  // What was built on a change that was to be undone.
  conflicts: { revision: number; resource_type: string; resource_id: string }[];
  // Tests of policies that would fail: how many, and the first of them.
  failing?: { count: number; names: string[] };
  requestId: string;
}
export type Answer<T> =
  | { ok: true; data: T; etag: string | undefined; revision: number | undefined }
  | { ok: false; fault: Fault };
export type Trial = Schemas['DryRun'];

let tenantId: string | null = null;
let ended: () => void = () => {};
let reached: (online: boolean) => void = () => {};
let online = true;
function tellReached(now: boolean): void {
  reached(now);
  // What failed meanwhile is tried again (load.ts).
  if (now && !online) window.dispatchEvent(new Event('reached'));
  online = now;
}

// Which tenant the calls that follow are about; null for the platform's own.
export function setTenant(id: string | null): void {
  tenantId = id;
}
// Called when an answer says that the session is over, and after each try with whether the server was reached.
export function watchCalls(onEnd: () => void, onReach: (online: boolean) => void): void {
  ended = onEnd;
  reached = onReach;
}

export function fill(path: string, values: Record<string, string> = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? ''));
}
export function queryText(query: object = {}): string {
  const text = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== null && value !== '') text.append(name, String(value));
  }
  const whole = text.toString();
  return whole ? `?${whole}` : '';
}

// One call of any address below this server. `tenant` false: without X-Tenant-ID; `raw`: its body is a file.
export async function send<T>(
  method: string,
  address: string,
  { body, headers = {}, signal, tenant = true, raw = false }: {
    body?: unknown; headers?: Record<string, string>; signal?: AbortSignal | undefined; tenant?: boolean; raw?: boolean;
  } = {},
): Promise<Answer<T>> {
  const all: Record<string, string> = { 'X-Reeve-Console': '1', ...headers };
  if (tenant && tenantId) all['X-Tenant-ID'] = tenantId;
  if (body !== undefined) all['Content-Type'] = 'application/json';
  let response: Response;
  try {
    response = await fetch(address, {
      method: method.toUpperCase(),
      headers: all,
      credentials: 'same-origin',
      redirect: 'error',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
    });
  } catch (error) {
    const stopped = signal?.aborted === true;
    if (!stopped) tellReached(false);
    return { ok: false, fault: fault(0, stopped ? 'stopped' : 'offline', String(error), '') };
  }
  tellReached(true);
  const id = response.headers.get('X-Request-ID') ?? '';
  if (raw && response.ok) {
    const file = await response.blob().catch(() => null);
    if (file) return { ok: true, data: file as T, etag: undefined, revision: undefined };
    return { ok: false, fault: fault(0, 'offline', '', id) };
  }
  const text = await response.text().catch(() => '');
  let json: unknown = null;
  try {
    json = text === '' ? null : JSON.parse(text);
  } catch {
    return { ok: false, fault: fault(response.status, 'not_json', text.slice(0, 200), id) };
  }
  if (response.ok) {
    const revision = response.headers.get('X-Revision');
    return {
      ok: true,
      data: json as T,
      etag: response.headers.get('ETag') ?? undefined,
      revision: revision === null ? undefined : Number(revision),
    };
  }
  if (response.status === 401 && !address.startsWith('/console/')) ended();
  return { ok: false, fault: read(response.status, json, id) };
}

function fault(status: number, code: string, message: string, requestId: string): Fault {
  return { status, code, message, errors: [], notices: [], conflicts: [], requestId };
}
// Errors of all dialects have a message; only those of /v1 have the rest.
function read(status: number, json: unknown, requestId: string): Fault {
  const body = (json ?? {}) as {
    code?: unknown; message?: unknown; notices?: string[]; details?: { errors?: Fault['errors']; conflicts?: Fault['conflicts']; failed?: number; tests?: { name: string }[] };
  };
  const { failed, tests = [] } = body.details ?? {};
  return {
    status,
    code: String(body.code ?? status),
    message: String(body.message ?? ''),
    errors: body.details?.errors ?? [],
    notices: body.notices ?? [],
    conflicts: body.details?.conflicts ?? [],
    ...(failed ? { failing: { count: failed, names: tests.map((one) => one.name) } } : {}),
    requestId,
  };
}

export function call<M extends Method, P extends Path<M>>(
  method: M, path: P, options: Options<M, P> = {}, trial = false,
): Promise<Answer<Reply<M, P>>> {
  const headers: Record<string, string> = {};
  if (options.ifMatch) headers['If-Match'] = options.ifMatch;
  if (options.ifRevision !== undefined) headers['X-If-Revision'] = String(options.ifRevision);
  const query = trial ? { ...options.query, dry_run: true } : options.query;
  return send(method, fill(path, options.path) + queryText(query), {
    body: options.body, headers, signal: options.signal,
    tenant: !path.startsWith('/v1/tenants') && !path.startsWith('/access'),
  });
}
export function get<P extends Path<'get'>>(path: P, options: Options<'get', P> = {}): Promise<Answer<Reply<'get', P>>> {
  return call('get', path, options);
}

// A change that can be tried before it is made. What is made is what was tried: `make` sends the trial's revision.
export interface Change {
  address: string;
  method: Method;
  body: unknown;
  attempt(signal?: AbortSignal): Promise<Answer<Trial>>;
  make(ifRevision?: number): Promise<Answer<unknown>>;
}
// The change of a call that the server has proposed.
export function proposed({ method, path, body }: Schemas['ProposedCall']): Change {
  const make = (query: string, headers: Record<string, string>, signal?: AbortSignal): Promise<Answer<Trial>> =>
    send(method, path + query, { ...(body ? { body } : {}), headers, signal });
  return {
    method: method.toLowerCase() as Method, address: path, body,
    attempt: (signal) => make('?dry_run=true', {}, signal),
    make: (ifRevision) => make('', ifRevision === undefined ? {} : { 'X-If-Revision': String(ifRevision) }),
  };
}
export function change<M extends Exclude<Method, 'get'>, P extends Path<M>>(
  method: M, path: P, options: Options<M, P> = {},
): Change {
  return {
    method,
    address: fill(path, options.path) + queryText(options.query),
    body: options.body,
    // A trial of what has changed since would only say so; the page shows it at the save.
    attempt: (signal) =>
      call(method, path, { ...options, ...(signal ? { signal } : {}) }, true) as Promise<Answer<Trial>>,
    make: (ifRevision) => call(method, path, { ...options, ...(ifRevision === undefined ? {} : { ifRevision }) }),
  };
}

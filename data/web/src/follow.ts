// Whether the tenant has changed since it was read: one long wait a browser, whose answers the other tabs hear.
//
// A wait is a use of the session, which ends when it isn't used. So nobody waits for a person who has gone: after ten
// minutes without a key or a click in any tab it stops, and goes on with the next.
import { useEffect, useState } from 'preact/hooks';
import { get } from './api';

const kLongest = 30_000;
const kGone = 600_000;
const kTold = 60_000;
const kSigns = ['pointerdown', 'keydown'];

let lastSign = Date.now();
const waiting = new Set<() => void>();
function sign(): void {
  lastSign = Date.now();
  for (const go of waiting) go();
  waiting.clear();
}
function someoneIsThere(signal: AbortSignal): Promise<void> {
  if (Date.now() - lastSign < kGone) return Promise.resolve();
  return new Promise((done) => {
    waiting.add(done);
    signal.addEventListener('abort', () => done());
  });
}
function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      done();
    });
  });
}
// In browsers without locks each tab waits by itself.
function alone(name: string, signal: AbortSignal, task: () => Promise<void>): void {
  if (navigator.locks) void navigator.locks.request(name, { signal }, task).catch(() => {});
  else void task();
}

export function useChanged(tenant: string | null, me: string, allowed: boolean): { changed: boolean; seen: () => void } {
  const [changed, setChanged] = useState(false);
  useEffect(() => {
    setChanged(false);
    if (!tenant || !allowed) return undefined;
    const stop = new AbortController();
    const name = `reeve-changes-${tenant}`;
    const channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }) => (data === 'sign' ? sign() : setChanged(true));
    let told = 0;
    const onSign = (): void => {
      sign();
      if (Date.now() - told < kTold) return;
      told = Date.now();
      channel.postMessage('sign');
    };
    for (const one of kSigns) window.addEventListener(one, onSign, { signal: stop.signal, capture: true, passive: true });

    alone(name, stop.signal, async () => {
      let after: number | undefined;
      let pause = 1000;
      for (;;) {
        await someoneIsThere(stop.signal);
        if (stop.signal.aborted) return;
        const answer = await get('/v1/changes', {
          query: { limit: 50, ...(after === undefined ? {} : { after, wait: '25s' }) }, signal: stop.signal,
        });
        if (answer.ok) {
          // One's own changes are on the screen already.
          if (after !== undefined && answer.data.data.some((one) => one.actor_id !== me)) {
            setChanged(true);
            channel.postMessage('changed');
          }
          after = answer.data.revision;
          pause = 1000;
        } else if (answer.fault.status === 401 || answer.fault.status === 403) {
          return;
        } else {
          after = undefined;
          await sleep(pause, stop.signal);
          pause = Math.min(pause * 2, kLongest);
        }
      }
    });
    return () => {
      stop.abort();
      channel.close();
    };
  }, [tenant, me, allowed]);
  return { changed, seen: () => setChanged(false) };
}

// Whether the tenant has changed since it was read: one long wait a browser, whose answers the other tabs hear.
import { useEffect, useState } from 'preact/hooks';
import { get } from './api';

const kLongest = 60_000;
const sleep = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      done();
    });
  });

// Of browsers without locks each tab waits by itself.
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
    const channel = new BroadcastChannel(`reeve-changes-${tenant}`);
    channel.onmessage = () => setChanged(true);
    alone(`reeve-changes-${tenant}`, stop.signal, async () => {
      let after: number | undefined;
      let pause = 1000;
      while (!stop.signal.aborted) {
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

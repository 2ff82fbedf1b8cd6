// What a page reads, and how far it is: one thing, or pages of a list that are fetched as they are needed.
import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { Answer, Fault } from './api';

export interface Load<T> {
  data: T | undefined;
  fault: Fault | undefined;
  etag: string | undefined;
  loading: boolean;
  reload: () => void;
}

// Reads when the page is shown and whenever `keys` change; what comes late for keys that are gone is dropped. While
// the same thing is read again what was read before stays.
export function useLoad<T>(read: () => Promise<Answer<T>>, keys: unknown[]): Load<T> {
  const [count, setCount] = useState(0);
  const [held, setHeld] = useState<{ key: string; data?: T; fault?: Fault; etag?: string | undefined; loading: boolean }>(
    { key: '', loading: true });
  const key = JSON.stringify(keys);
  useEffect(() => {
    let current = true;
    setHeld((was) => (was.key === key ? { ...was, loading: true } : { key, loading: true }));
    void read().then((answer) => {
      if (!current) return;
      if (answer.ok) setHeld({ key, data: answer.data, etag: answer.etag, loading: false });
      else setHeld({ key, fault: answer.fault, loading: false });
    });
    return () => {
      current = false;
    };
  }, [key, count]);
  const mine = held.key === key;
  const reload = useCallback(() => setCount((n) => n + 1), []);
  useRetry(mine ? held.fault : undefined, reload);
  return {
    data: mine ? held.data : undefined,
    fault: mine ? held.fault : undefined,
    etag: mine ? held.etag : undefined,
    loading: !mine || held.loading,
    reload,
  };
}

// What failed because the server was away is read again once it has answered something else.
function useRetry(fault: Fault | undefined, again: () => void): void {
  const away = fault?.code === 'offline';
  useEffect(() => {
    if (!away) return undefined;
    window.addEventListener('reached', again);
    return () => window.removeEventListener('reached', again);
  }, [away]);
}

interface Page<T> {
  data: T[];
  next_cursor?: string;
}
export interface Pages<T> {
  rows: T[];
  fault: Fault | undefined;
  loading: boolean;
  complete: boolean;
  more: () => void;
  reload: () => void;
}

// A list in pages. A page may be short, or empty, and go on: the next is then fetched at once. For other keys it is
// another list, which begins with nothing; while the same is read again its rows stay until the first page is there.
export function usePages<T>(read: (cursor: string | undefined) => Promise<Answer<Page<T>>>, keys: unknown[]): Pages<T> {
  const key = JSON.stringify(keys);
  const [count, setCount] = useState(0);
  const [held, setHeld] = useState<{ key: string; rows: T[]; fault?: Fault; loading: boolean; complete: boolean }>(
    { key, rows: [], loading: true, complete: false });
  const run = useRef({ id: 0, rows: [] as T[], cursor: undefined as string | undefined, busy: false, complete: false });

  const fetchPage = useCallback(async (id: number) => {
    const mine = run.current;
    if (mine.busy || mine.complete || mine.id !== id) return;
    mine.busy = true;
    setHeld((was) => ({ key, rows: was.key === key ? was.rows : [], loading: true, complete: false }));
    const had = mine.rows.length;
    let fault: Fault | undefined;
    do {
      const answer = await read(mine.cursor);
      if (run.current !== mine) return;
      if (!answer.ok) {
        fault = answer.fault;
        break;
      }
      mine.rows = mine.rows.concat(answer.data.data);
      mine.cursor = answer.data.next_cursor;
      mine.complete = mine.cursor === undefined;
    } while (!mine.complete && mine.rows.length === had);
    mine.busy = false;
    setHeld({ key, rows: mine.rows, loading: false, complete: mine.complete, ...(fault ? { fault } : {}) });
  }, [key, count]);

  useEffect(() => {
    const id = run.current.id + 1;
    run.current = { id, rows: [], cursor: undefined, busy: false, complete: false };
    void fetchPage(id);
  }, [key, count]);
  const isMine = held.key === key;
  const reload = useCallback(() => setCount((n) => n + 1), []);
  useRetry(isMine ? held.fault : undefined, reload);
  return {
    rows: isMine ? held.rows : kNone,
    fault: isMine ? held.fault : undefined,
    loading: !isMine || held.loading,
    complete: isMine && held.complete,
    more: useCallback(() => void fetchPage(run.current.id), [fetchPage]),
    reload,
  };
}
const kNone: never[] = [];

// The value as it was when it had not changed for so many milliseconds.
export function useSettled<T>(value: T, milliseconds: number): T {
  const [settled, set] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => set(value), milliseconds);
    return () => clearTimeout(timer);
  }, [JSON.stringify(value), milliseconds]);
  return settled;
}

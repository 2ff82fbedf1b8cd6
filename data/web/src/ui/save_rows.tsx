// Saves all rows of a list, page after page, as a table.
import { useState } from 'preact/hooks';
import type { Answer } from '../api';
import { allPages, csv, save } from '../export';
import { t } from '../text';
import { say } from './live';

export function SaveRows<T extends object>({ name, columns, read }: {
  name: string; columns: string[]; read: (cursor: string | undefined) => Promise<Answer<{ data: T[]; next_cursor?: string }>>;
}) {
  const [busy, setBusy] = useState('');
  const run = async (): Promise<void> => {
    const { rows, complete, fault } = await allPages(read, (n) => setBusy(t.common.rowsRead(n)));
    setBusy('');
    if (fault) return say(fault.message || t.states.offline, true);
    save(`${name}.csv`, 'text/csv', csv(columns, rows as Record<string, unknown>[]));
    if (!complete) say(t.common.rowsCut(rows.length), true);
  };
  return (
    <>
      <button type="button" disabled={busy !== ''} onClick={run}>{t.activity.saveCsv}</button>
      {busy && <span role="status">{busy}</span>}
    </>
  );
}

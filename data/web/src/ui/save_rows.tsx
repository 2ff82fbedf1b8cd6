// Saves all rows of a list, page after page, as a table or as JSON lines.
import { useState } from 'preact/hooks';
import type { Answer, Fault } from '../api';
import { allPages, csv, jsonLines, save } from '../export';
import { t } from '../text';
import { Failure } from './states';
import { toast } from './toast';

type Kind = 'csv' | 'jsonl';

// `columns` are members of the rows; or what the table is, once all rows are there.
export function SaveRows<T extends object>({ name, columns, read, kinds = ['csv'] }: {
  name: string;
  columns: string[] | ((rows: T[]) => { names: string[]; lines: Record<string, unknown>[] });
  read: (cursor: string | undefined) => Promise<Answer<{ data: T[]; next_cursor?: string }>>;
  kinds?: Kind[];
}) {
  const [busy, setBusy] = useState('');
  const [fault, setFault] = useState<Fault>();
  const run = async (kind: Kind): Promise<void> => {
    setFault(undefined);
    const all = await allPages(read, (n) => setBusy(t.common.rowsRead(n)));
    setBusy('');
    setFault(all.fault);
    if (all.fault) return;
    const table = typeof columns === 'function' ? columns(all.rows) : { names: columns, lines: all.rows as Record<string, unknown>[] };
    if (kind === 'csv') save(`${name}.csv`, 'text/csv', csv(table.names, table.lines));
    else save(`${name}.jsonl`, 'application/x-ndjson', jsonLines(all.rows));
    if (!all.complete) toast(t.common.rowsCut(all.rows.length));
  };
  return (
    <>
      {fault && <Failure fault={fault} />}
      {kinds.map((kind) => (
        <button type="button" key={kind} disabled={busy !== ''} onClick={() => run(kind)}>{t.common.saveAs[kind]}</button>
      ))}
      {busy && <span role="status">{busy}</span>}
    </>
  );
}

// Saves what a list holds as a file, all of its pages, as JSON lines or as a table.
import type { Answer, Fault } from './api';

interface Page<T> {
  data: T[];
  next_cursor?: string;
}
// As many as a browser holds without trouble; for more there is the call.
export const kMostRows = 100_000;

export async function allPages<T>(
  read: (cursor: string | undefined) => Promise<Answer<Page<T>>>, told: (rows: number) => void,
): Promise<{ rows: T[]; complete: boolean; fault?: Fault }> {
  const rows: T[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    if (!page.ok) return { rows, complete: false, fault: page.fault };
    rows.push(...page.data.data);
    told(rows.length);
    cursor = page.data.next_cursor;
  } while (cursor && rows.length < kMostRows);
  return { rows, complete: !cursor };
}

export function jsonLines(rows: unknown[]): string {
  return rows.map((row) => `${JSON.stringify(row)}\n`).join('');
}

// RFC 4180. A cell that a spreadsheet would take for a formula gets a quote before it.
export function csv(names: string[], rows: Record<string, unknown>[]): string {
  const cell = (value: unknown): string => {
    const plain = value === undefined || value === null ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
    const text = /^[=+\-@\t\r]/.test(plain) ? `'${plain}` : plain;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [names, ...rows.map((row) => names.map((name) => row[name]))].map((line) => `${line.map(cell).join(',')}\r\n`).join('');
}

export function save(name: string, type: string, text: string): void {
  saveBlob(name, new Blob([text], { type }));
}
export function saveBlob(name: string, blob: Blob): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

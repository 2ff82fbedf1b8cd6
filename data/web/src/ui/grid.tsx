// A list of any length: only the rows that are seen are in the document, at a fixed height, and the next page is
// asked for shortly before the last row. One row has the focus; arrows, Page keys, Home and End move it, Enter opens.
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../text';

export interface Column<T> {
  name: string;
  // As in grid-template-columns.
  width: string;
  cell: (row: T) => ComponentChildren;
}
export interface GridProps<T> {
  label: string;
  columns: Column<T>[];
  rows: T[];
  keyOf: (row: T) => string;
  open?: (row: T) => void;
  complete?: boolean;
  loading?: boolean;
  more?: () => void;
  total?: string;
}
const kBeyond = 8;
const kAhead = 40;

export function Grid<T>({ label, columns, rows, keyOf, open, complete = true, loading = false, more, total }: GridProps<T>) {
  const view = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  const [height, setHeight] = useState(600);
  const [rowHeight, setRowHeight] = useState(36);
  const [focused, setFocused] = useState(0);
  const wanted = useRef(false);
  const template = columns.map((column) => column.width).join(' ');
  // Where all columns at their least don't fit the list moves sideways.
  const least = columns.reduce((sum, column) => sum + parseFloat(/[\d.]+px/.exec(column.width)?.[0] ?? '0') + 12, 12);

  useLayoutEffect(() => {
    const element = view.current;
    if (!element) return;
    const measure = (): void => {
      setHeight(element.clientHeight || 600);
      // In pixels, whatever the size of text is that people have chosen.
      const head = element.querySelector('.grid-head');
      if (head) setRowHeight(parseFloat(getComputedStyle(head).minHeight) || 36);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const first = Math.max(0, Math.floor(top / rowHeight) - kBeyond);
  const last = Math.min(rows.length, Math.ceil((top + height) / rowHeight) + kBeyond);
  useEffect(() => {
    if (!complete && !loading && last + kAhead >= rows.length) more?.();
  }, [last, rows.length, complete, loading]);

  // After the row that is moved to has been drawn it takes the focus.
  useLayoutEffect(() => {
    if (!wanted.current) return;
    const element = view.current?.querySelector<HTMLElement>(`[data-row="${focused}"]`);
    if (element) {
      wanted.current = false;
      element.focus({ preventScroll: true });
    }
  });
  const moveTo = (to: number): void => {
    const index = Math.max(0, Math.min(rows.length - 1, to));
    const element = view.current;
    if (!element) return;
    const head = element.querySelector<HTMLElement>('.grid-head')?.offsetHeight ?? rowHeight;
    if (index * rowHeight < element.scrollTop) element.scrollTop = index * rowHeight;
    const end = (index + 1) * rowHeight + head - element.clientHeight;
    if (end > element.scrollTop) element.scrollTop = end;
    setTop(element.scrollTop);
    wanted.current = true;
    setFocused(index);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!(event.target as HTMLElement).matches('[data-row]')) return;
    const page = Math.max(1, Math.floor(height / rowHeight) - 2);
    const to: Record<string, number> = {
      ArrowDown: focused + 1, ArrowUp: focused - 1, PageDown: focused + page, PageUp: focused - page,
      Home: 0, End: rows.length - 1,
    };
    const row = rows[focused];
    if (event.key === 'Enter' && row && open) open(row);
    else if (to[event.key] !== undefined) moveTo(to[event.key] as number);
    else return;
    event.preventDefault();
  };

  return (
    <>
      <div class="grid" ref={view} aria-busy={loading || undefined} onScroll={(event) => setTop(event.currentTarget.scrollTop)}>
        <div class="grid-inner" role="grid" aria-label={label} aria-colcount={columns.length}
          aria-rowcount={complete ? rows.length + 1 : -1} onKeyDown={onKeyDown} style={{ minWidth: `${least}px` }}>
          <div role="rowgroup">
            <div class="grid-row grid-head" role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
              {columns.map((column) => <div role="columnheader" key={column.name}>{column.name}</div>)}
            </div>
          </div>
          <div class="grid-body" role="rowgroup" style={{ height: `${rows.length * rowHeight}px` }}>
            {rows.slice(first, last).map((row, offset) => {
              const index = first + offset;
              return (
                <div class="grid-row" role="row" key={keyOf(row)} data-row={index} aria-rowindex={index + 2}
                  tabIndex={index === Math.min(focused, rows.length - 1) ? 0 : -1}
                  style={{ gridTemplateColumns: template, transform: `translateY(${index * rowHeight}px)` }}
                  onFocus={() => setFocused(index)} onClick={(event) => {
                    // What in the row leads elsewhere does so itself.
                    if (!(event.target as HTMLElement).closest('a, button')) open?.(row);
                  }}>
                  {columns.map((column) => <div role="gridcell" key={column.name}>{column.cell(row)}</div>)}
                </div>
              );
            })}
          </div>
        </div>
      </div>
      <div class="grid-foot">
        {total ?? (complete ? t.common.rows(rows.length) : t.common.rowsSoFar(rows.length))}
        {loading && ` · ${t.common.loading}`}
      </div>
    </>
  );
}

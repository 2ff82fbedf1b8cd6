// A list in pages: what failed, that there is nothing, the rows, and a way to more of them.
import type { ComponentChildren, VNode } from 'preact';
import type { Pages } from '../load';
import { t } from '../text';
import { Grid, type GridProps } from './grid';
import { Failure, Skeleton } from './states';

export function Paged<T>({ of, empty, lines, children }: {
  of: Pages<T>; empty: ComponentChildren; lines?: number; children: ComponentChildren;
}) {
  return (
    <>
      {of.fault && <Failure fault={of.fault} retry={of.reload} />}
      {of.complete && of.rows.length === 0 && empty}
      {of.rows.length > 0 && children}
      {of.loading && <Skeleton {...(lines ? { lines } : {})} />}
      {!of.complete && !of.loading && !of.fault && <button type="button" onClick={of.more}>{t.common.more}</button>}
    </>
  );
}

// The same as a grid, which asks for more by itself. `rows` are those of the pages, in another order.
export function PagedGrid<T>({ of, empty, rows = of.rows, complete = of.complete, ...grid }: {
  of: Pages<T>; empty: ComponentChildren; rows?: T[];
} & Omit<GridProps<T>, 'rows' | 'more' | 'loading'>) {
  return (
    <>
      {of.fault && <Failure fault={of.fault} retry={of.reload} />}
      {of.complete && of.rows.length === 0 ? empty : !(of.fault && of.rows.length === 0) && (
        <Grid {...grid} rows={rows} more={of.more} complete={complete || of.fault !== undefined} loading={of.loading} />
      )}
    </>
  );
}

// The head of a column: its name, that of numbers, or something else.
type Head = string | { num: string } | VNode;
function headOf(head: Head): VNode {
  if (typeof head === 'string') return <th scope="col" key={head}>{head}</th>;
  return 'num' in head ? <th scope="col" class="num" key={head.num}>{head.num}</th> : head;
}
// A table that moves sideways where it has no room.
export function Table({ label, heads, children }: { label: string; heads: Head[]; children: ComponentChildren }) {
  return (
    <div class="scroller" tabIndex={0} role="region" aria-label={label}>
      <table class="table">
        <thead><tr>{heads.map(headOf)}</tr></thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

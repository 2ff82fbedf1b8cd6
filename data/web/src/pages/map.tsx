// Who holds what, at a glance: people or groups by roles or permissions. What is most dangerous stands first.
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { get, type Schemas } from '../api';
import { kMostRows } from '../export';
import { usePages } from '../load';
import { amend, go, useRoute } from '../router';
import { useExplain, useHere, useSession } from '../session';
import { t } from '../text';
import { count } from '../time';
import { AsCall } from '../ui/as_call';
import { Badge, type Level } from '../ui/basics';
import { Select } from '../ui/field';
import type { Column } from '../ui/grid';
import { PageHead } from '../ui/page';
import { PagedGrid } from '../ui/paged';
import { SaveRows } from '../ui/save_rows';
import { Empty } from '../ui/states';

type Row = Schemas['AccessMapRow'];
type MapColumn = Schemas['AccessMap']['columns'][number];
type Rows = 'users' | 'groups';
type Cols = 'roles' | 'scopes';
const kRanks: Record<Level, number> = { admin: 3, high: 2, medium: 1, low: 0 };
const kMostColumns = 60;

// What a cell says: a mark for the eye, words for everybody, and whether all of it ends.
export function cellOf(row: Row, column: string): { mark: string; text: string } | null {
  const [direct, group, things] = [row.direct, row.through_groups, row.on_things].map((list) => list.includes(column));
  if (!direct && !group && !things) return null;
  const text = direct ? (group ? t.map.both : t.map.direct) : group ? t.map.group : t.map.things;
  const mark = direct ? '●' : group ? '○' : '◇';
  return row.timed.includes(column) ? { mark: `${mark} ${t.map.timed}`, text: `${text}, ${t.map.timed}` } : { mark, text };
}

// Those who are alike hold the same in the same ways.
function likeness(row: Row): string {
  return JSON.stringify([row.direct, row.through_groups, row.on_things]);
}
function danger(row: Row, ranks: Map<string, number>): number[] {
  const held = new Set([...row.direct, ...row.through_groups, ...row.on_things]);
  const found = [0, 0, 0, 0];
  for (const column of held) found[3 - (ranks.get(column) ?? 0)]! += 1;
  return found;
}
export function ordered(rows: Row[], columns: MapColumn[], order: string): Row[] {
  if (order !== 'risk' && order !== 'alike') return rows;
  const ranks = new Map(columns.map((one) => [one.column, kRanks[one.risk]]));
  const keyed = rows.map((row) => ({ row, danger: danger(row, ranks), like: likeness(row) }));
  const sizes = new Map<string, number>();
  for (const { like } of keyed) sizes.set(like, (sizes.get(like) ?? 0) + 1);
  const byDanger = (a: number[], b: number[]): number => b.map((n, at) => n - (a[at] ?? 0)).find((n) => n !== 0) ?? 0;
  keyed.sort((a, b) => {
    // The largest crowd first; whoever is like nobody else stands out at the end.
    const crowd = order === 'alike' ? (sizes.get(b.like) ?? 0) - (sizes.get(a.like) ?? 0) : 0;
    return crowd || byDanger(a.danger, b.danger) || (a.like < b.like ? -1 : a.like > b.like ? 1 : 0);
  });
  return keyed.map(({ row }) => row);
}

export function MapPage() {
  const { query } = useRoute();
  const rows: Rows = query['rows'] === 'groups' ? 'groups' : 'users';
  const cols: Cols = query['cols'] === 'scopes' ? 'scopes' : 'roles';
  const order = query['sort'] ?? '';
  const select = <K extends string>(name: string, label: string, value: K | '', kinds: Record<K, string>) => (
    <Select label={label} value={value} onInput={(text) => amend({ [name]: text })} options={Object.entries<string>(kinds)} />
  );
  return (
    <>
      <PageHead title={t.map.title} />
      <p class="quiet">{t.map.intro}</p>
      <div class="filters">
        {select('rows', t.map.rows, rows, t.map.rowKinds)}
        {select('cols', t.map.cols, cols, t.map.colKinds)}
        {select('sort', t.map.sort, order || 'made', t.map.sorts)}
      </div>
      <AccessGrid key={`${rows} ${cols}`} rows={rows} cols={cols} order={order} />
      <AsCall path="/v1/access-map" query={{ rows, cols }} />
    </>
  );
}

function AccessGrid({ rows, cols, order }: { rows: Rows; cols: Cols; order: string }) {
  const here = useHere();
  const { tenant } = useSession();
  const explain = useExplain();
  // What pages say besides their rows.
  const seen = useRef({ columns: new Map<string, MapColumn>(), policies: 0, hidden: false });
  const read = async (cursor: string | undefined) => {
    const answer = await get('/v1/access-map', { query: { rows, cols, limit: 250, ...(cursor ? { cursor } : {}) } });
    if (answer.ok) {
      for (const column of answer.data.columns) seen.current.columns.set(column.column, column);
      seen.current.policies = answer.data.policies;
      seen.current.hidden ||= answer.data.hidden > 0;
    }
    return answer;
  };
  const pages = usePages<Row>(read, [rows, cols]);
  const isSorted = order === 'risk' || order === 'alike';
  // An order that isn't the server's is one of all lines.
  useEffect(() => {
    if (isSorted && !pages.complete && !pages.loading && !pages.fault && pages.rows.length < kMostRows) pages.more();
  }, [isSorted, pages.complete, pages.loading, pages.rows.length]);

  const columns = [...seen.current.columns.values()].sort((a, b) => kRanks[b.risk] - kRanks[a.risk] || (a.column < b.column ? -1 : 1));
  const cut = isSorted && !pages.complete && pages.rows.length >= kMostRows;
  const isWhole = pages.complete || cut;
  // Sorting all of them takes a moment: it is done once, when they are there. Until then they stand as the server has them.
  const all = useMemo(() => (isWhole ? ordered(pages.rows, columns, order) : pages.rows), [pages.rows, isWhole, order]);
  const sizes = useMemo(() => {
    const found = new Map<string, number>();
    if (order === 'alike') for (const row of all) found.set(likeness(row), (found.get(likeness(row)) ?? 0) + 1);
    return found;
  }, [all, order]);
  const page = (row: Row): string => (row.type === 'user' ? here('people', row.id) : `${here('groups', row.id)}?tab=access`);
  // The question that a cell answers: of a person and a permission Explain has it, else the page that lists all paths.
  const question = (row: Row, column: string): string => {
    if (row.type !== 'user' || cols === 'roles') return page(row);
    const [resource = '', verb = ''] = column.split(':');
    const on = resource === 'organization' ? `organization:${tenant?.id}` : `${resource}:`;
    return explain(`user:${row.id}`, verb ? column : '', on);
  };
  const grid: Column<Row>[] = [
    { name: t.common.name, width: 'minmax(164px, 1fr)', cell: (row) => (
      <><a class="cut" href={page(row)} tabIndex={-1}>{row.name}</a>{row.active === false && <> <Badge kind="warn">{row.type === 'user' ? t.map.suspended : t.map.disabled}</Badge></>}</>
    ) },
    ...(order === 'alike' ? [{ name: t.map.alike, width: '40px', cell: (row: Row) => count(sizes.get(likeness(row)) ?? 1) }] : []),
    ...columns.slice(0, kMostColumns).map((column) => ({
      name: column.column, width: '50px', cell: (row: Row) => {
        const cell = cellOf(row, column.column);
        if (!cell) return <span class="quiet" aria-hidden="true">·</span>;
        const text = `${row.name}, ${column.column}: ${cell.text}`;
        return <a href={question(row, column.column)} tabIndex={-1} class={`cell ${column.risk}`} aria-label={text} title={text}>{cell.mark}</a>;
      },
    })),
  ];
  // The file has all columns, and lines in the order in which they were made.
  const table = (lines: Row[]) => {
    const names = [...seen.current.columns.keys()].sort();
    return {
      names: ['id', 'name', 'email', ...names],
      lines: lines.map((row) => ({
        id: row.id, name: row.name, email: row.email ?? '',
        ...Object.fromEntries(names.map((name) => [name, cellOf(row, name)?.text ?? ''])),
      })),
    };
  };
  return (
    <>
      <div class="row">
        <Legend />
        <span class="row push"><SaveRows name={`access-map-${rows}-${cols}`} columns={table} read={read} /></span>
      </div>
      {seen.current.policies > 0 && <p class="quiet">{t.map.policies(seen.current.policies)}</p>}
      {seen.current.hidden && <p class="quiet">{t.map.hidden}</p>}
      {columns.length > kMostColumns && <p class="quiet">{t.map.more(columns.length - kMostColumns)}</p>}
      {isSorted && !isWhole && pages.rows.length > 0 && !pages.fault && <p class="quiet">{t.map.toOrder(pages.rows.length)}</p>}
      {cut && <p class="box warn" role="status">{t.map.cut(pages.rows.length)}</p>}
      <div class="map">
        <PagedGrid of={pages} empty={<Empty text={t.map.none} />} label={t.map.title} columns={grid} rows={all} complete={isWhole}
          keyOf={(row) => row.id} open={(row) => go(page(row))} />
      </div>
    </>
  );
}

function Legend() {
  const marks: [string, string][] = [['●', t.map.direct], ['○', t.map.group], ['◇', t.map.things]];
  return <span class="row small">{marks.map(([mark, text]) => <span key={mark}><span aria-hidden="true">{mark}</span> {text}</span>)}</span>;
}

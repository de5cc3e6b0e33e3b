/** Tables with real headers, sorted by buttons, and lists in pages. */
import type { ComponentChildren } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { count, nothing } from '../format.ts';
import { here, setQuery } from '../router.ts';

export interface Column<Row> {
  key: string;
  title: ComponentChildren;
  cell: (row: Row) => ComponentChildren;
  number?: boolean;
  sort?: boolean;
  wrap?: boolean;
  head?: boolean;
}

export interface Sorting {
  by: string;
  descending: boolean;
  onSort: (by: string, descending: boolean) => void;
}

/** What may be wider than the page scrolls in itself. It takes the focus only where there is something to scroll. */
export function ScrollBox({
  label,
  class: name,
  atEnd = false,
  children,
}: {
  label: string;
  class: string;
  atEnd?: boolean;
  children: ComponentChildren;
}) {
  const [wider, setWider] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current!;
    if (atEnd) element.scrollLeft = element.scrollWidth;
    const look = () => setWider(element.scrollWidth > element.clientWidth);
    const watch = new ResizeObserver(look);
    watch.observe(element);
    if (element.firstElementChild) watch.observe(element.firstElementChild);
    look();
    return () => watch.disconnect();
  }, []);
  return (
    <div
      ref={box}
      class={name}
      role={wider ? 'region' : undefined}
      aria-label={wider ? label : undefined}
      tabIndex={wider ? 0 : undefined}
    >
      {children}
    </div>
  );
}

export function Table<Row>({
  caption,
  columns,
  rows,
  id,
  sorting,
  empty = 'Nothing here.',
  mark,
}: {
  caption: string;
  columns: Column<Row>[];
  rows: Row[];
  id: (row: Row) => string | number;
  sorting?: Sorting;
  empty?: ComponentChildren;
  mark?: (row: Row) => string | undefined;
}) {
  if (rows.length === 0) return <p class="empty">{empty}</p>;
  return (
    <ScrollBox class="table" label={caption}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <HeadCell key={column.key} column={column} sorting={sorting} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={id(row)} class={mark?.(row)}>
              {columns.map((column) => {
                const name = [column.number && 'number', column.wrap && 'wrap'].filter(Boolean).join(' ') || undefined;
                const inside = column.cell(row) ?? nothing;
                return column.head ? (
                  <th key={column.key} scope="row" class={name}>
                    {inside}
                  </th>
                ) : (
                  <td key={column.key} class={name}>
                    {inside}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

function HeadCell({ column, sorting }: { column: Column<any>; sorting?: Sorting }) {
  const name = column.number ? 'number' : undefined;
  if (!column.sort || !sorting)
    return (
      <th scope="col" class={name}>
        {column.title}
      </th>
    );
  const sorted = sorting.by === column.key;
  return (
    <th scope="col" class={name} aria-sort={sorted ? (sorting.descending ? 'descending' : 'ascending') : undefined}>
      <button class="sort" onClick={() => sorting.onSort(column.key, sorted ? !sorting.descending : !!column.number)}>
        {column.title}
        <span class="arrow" aria-hidden="true">
          {sorted ? (sorting.descending ? '▼' : '▲') : '↕'}
        </span>
      </button>
    </th>
  );
}

/** Goes through a long list. The place in it is kept in the address, and the browser's Back goes to the page before. */
export function Pager({
  shown,
  next,
  total,
  what,
  name = 'cursor',
}: {
  shown: number;
  next: string | null;
  total?: number;
  what: string;
  name?: string;
}) {
  const first = !here().query.get(name);
  const all = first && !next;
  return (
    <nav class="pager" aria-label={`Pages of ${what}`}>
      <span class="quiet">
        {all ? count(total ?? shown) : count(shown)} {what}
        {!all && total !== undefined && ` of ${count(total)}`}
        {!all && total === undefined && ' on this page'}
      </span>
      {!all && (
        <>
          <button disabled={first} onClick={() => setQuery({ [name]: null })}>
            First page
          </button>
          <button disabled={!next} onClick={() => setQuery({ [name]: next })}>
            Next page
          </button>
        </>
      )}
    </nav>
  );
}

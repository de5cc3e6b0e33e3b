/**
 * The frame of a chart: what it says in words, its picture, the same as a table, and both as files. Its marks are one
 * stop of the Tab key; arrow keys go from mark to mark, and each says its values.
 */
import { createContext, type ComponentChildren } from 'preact';
import { useContext, useEffect, useRef, useState } from 'preact/hooks';
import { save } from '../api/client.ts';
import { csv } from '../format.ts';
import { ScrollBox } from '../parts/table.tsx';
import { svgText } from './svg.ts';

export interface Data {
  head: string[];
  rows: (string | number | null)[][];
}

interface Pointed {
  text: string;
  x: number;
  y: number;
}

const PointContext = createContext<(at: Pointed | null) => void>(() => {});

export function Chart({
  title,
  summary,
  file,
  data,
  height,
  legend,
  children,
}: {
  title: string;
  summary: string;
  file: string;
  data: Data;
  height: number | ((width: number) => number);
  legend?: ComponentChildren;
  children: (width: number, height: number) => ComponentChildren;
}) {
  const [width, setWidth] = useState(760);
  const [asTable, setAsTable] = useState(false);
  const [pointed, point] = useState<Pointed | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const svg = useRef<SVGSVGElement>(null);
  useEffect(() => {
    if (!box.current) return;
    const watch = new ResizeObserver(([entry]) => setWidth(Math.max(320, Math.floor(entry.contentRect.width))));
    watch.observe(box.current);
    return () => watch.disconnect();
  }, [asTable]);
  useEffect(() => {
    const marks = svg.current?.querySelectorAll<SVGElement>('.mark') ?? [];
    if (marks.length && ![...marks].some((mark) => mark.tabIndex === 0)) marks[0].setAttribute('tabindex', '0');
  });
  if (data.rows.length === 0)
    return (
      <figure class="chart">
        <figcaption>
          <h3>{title}</h3>
          <p>There are no values: nothing in the database fits the filters.</p>
        </figcaption>
      </figure>
    );
  const high = typeof height === 'number' ? height : height(width);
  return (
    <figure class="chart">
      <figcaption>
        <h3>{title}</h3>
        <p>{summary}</p>
      </figcaption>
      <div class="chart-tools">
        <button aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          Table
        </button>
        <button
          onClick={() => save(new Blob([csv(data.head, data.rows)], { type: 'text/csv;charset=utf-8' }), `${file}.csv`)}
        >
          CSV
        </button>
        <button
          disabled={asTable}
          onClick={() => save(new Blob([svgText(svg.current!)], { type: 'image/svg+xml' }), `${file}.svg`)}
        >
          SVG
        </button>
      </div>
      {legend}
      {asTable ? (
        <DataTable data={data} caption={title} />
      ) : (
        <div class="plot" ref={box} onPointerLeave={() => point(null)}>
          <PointContext.Provider value={point}>
            <svg
              ref={svg}
              width={width}
              height={high}
              viewBox={`0 0 ${width} ${high}`}
              role="group"
              aria-label={`${title}. ${summary}`}
              onKeyDown={walk}
              onFocusOut={() => point(null)}
            >
              {children(width, high)}
            </svg>
          </PointContext.Provider>
          {pointed && <Tip at={pointed} width={width} />}
        </div>
      )}
    </figure>
  );
}

function Tip({ at, width }: { at: Pointed; width: number }) {
  const right = at.x > width / 2;
  return (
    <div
      class="tip"
      aria-hidden="true"
      style={{
        left: right ? 'auto' : `${at.x + 12}px`,
        right: right ? `${width - at.x + 12}px` : 'auto',
        top: `${at.y + 8}px`,
      }}
    >
      {at.text.split('\n').map((line, i) => (i ? <div key={i}>{line}</div> : <strong key={i}>{line}</strong>))}
    </div>
  );
}

function DataTable({ data, caption }: { data: Data; caption: string }) {
  return (
    <ScrollBox class="table" label={caption}>
      <table>
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {data.head.map((each, i) => (
              <th key={each} scope="col" class={typeof data.rows[0]?.[i] === 'number' ? 'number' : undefined}>
                {each}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {data.rows.map((row, i) => (
            <tr key={i}>
              {row.map((cell, j) => (
                <td key={j} class={typeof cell === 'number' ? 'number' : undefined}>
                  {typeof cell === 'number' ? Number(cell.toPrecision(6)) : cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollBox>
  );
}

function walk(event: KeyboardEvent) {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
  const mark = (event.target as Element).closest('.mark');
  if (!mark) return;
  if (event.key === 'Enter' || event.key === ' ') {
    event.preventDefault();
    mark.dispatchEvent(new MouseEvent('click', { bubbles: true }));
  }
  if (!step) return;
  event.preventDefault();
  const marks = [...(event.currentTarget as Element).querySelectorAll<SVGElement>('.mark')];
  const next = marks[Math.min(marks.length - 1, Math.max(0, marks.indexOf(mark as SVGElement) + step))];
  mark.setAttribute('tabindex', '-1');
  next.setAttribute('tabindex', '0');
  next.focus();
}

/** Something of a chart that has values to tell, and perhaps leads somewhere. The first line of `text` is its name. */
export function Mark({
  text,
  x,
  y,
  onPick,
  children,
}: {
  text: string;
  x: number;
  y: number;
  onPick?: () => void;
  children: ComponentChildren;
}) {
  const point = useContext(PointContext);
  const tell = () => point({ text, x, y });
  return (
    <g
      class={onPick ? 'mark pick' : 'mark'}
      tabIndex={-1}
      role={onPick ? 'button' : 'img'}
      aria-label={text.replace(/\n/g, ', ')}
      onPointerEnter={tell}
      onFocusIn={tell}
      onClick={onPick}
    >
      {children}
    </g>
  );
}

export function usePoint() {
  return useContext(PointContext);
}

export function Legend({ names }: { names: string[] }) {
  if (names.length < 2) return null;
  return (
    <ul class="legend">
      {names.map((name, i) => (
        <li key={name}>
          <svg width="12" height="12" aria-hidden="true">
            <rect width="12" height="12" rx="2" class={`fill s${i % 8}`} />
          </svg>
          {name}
        </li>
      ))}
    </ul>
  );
}

/** Medians or boxes of groups, each scanner in its colour. */
import { count, number, unit as printed } from '../format.ts';
import { ValueAxisX } from './axes.tsx';
import { Chart, Legend, Mark } from './figure.tsx';
import { scale, shortened, type Scale } from './scale.ts';

export interface Quantiles {
  n: number;
  min: number;
  p5: number;
  q1: number;
  median: number;
  q3: number;
  p95: number;
  max: number;
  mean: number;
}

export interface BoxGroup {
  name: string;
  boxes: (Quantiles & { series: number })[];
}

const thick = 13;
const gap = 16;

export function BoxChart({
  title,
  file,
  measure,
  unit,
  groups,
  series,
  boxes,
  onPick,
}: {
  title: string;
  file: string;
  measure: string;
  unit: string;
  groups: BoxGroup[];
  series: string[];
  boxes: boolean;
  onPick?: (group: string, series: number) => void;
}) {
  const rows = groups.reduce((sum, group) => sum + group.boxes.length * (thick + 3) + gap, 0);
  const top = 6;
  const most = Math.max(0, ...groups.flatMap((group) => group.boxes.map((box) => (boxes ? box.p95 : box.median))));
  return (
    <Chart
      title={title}
      file={file}
      summary={summaryOf(groups, measure, unit)}
      data={{
        head: [
          'Group',
          'Scanner',
          'n',
          ...['Minimum', 'P5', 'Q1', 'Median', 'Q3', 'P95', 'Maximum', 'Mean'].map((each) => `${each} [${unit}]`),
        ],
        rows: groups.flatMap((group) =>
          group.boxes.map((box) => [
            group.name,
            series[box.series],
            box.n,
            box.min,
            box.p5,
            box.q1,
            box.median,
            box.q3,
            box.p95,
            box.max,
            box.mean,
          ]),
        ),
      }}
      height={rows + top + 44}
      legend={
        <>
          <Legend names={series} />
          {boxes && (
            <p class="hint">
              A box is the middle half of the values, the thick line their median; the whiskers end at P5 and P95.
            </p>
          )}
        </>
      }
    >
      {(width, height) => {
        const left = Math.min(240, Math.round(width * 0.3));
        const x = scale(0, most, left, width - 20, width > 600 ? 8 : 4);
        let y = top;
        return (
          <>
            <ValueAxisX scale={x} top={top} bottom={height - 44} title={`${measure} [${printed(unit)}]`} />
            {groups.map((group) => {
              const from = y;
              y += group.boxes.length * (thick + 3) + gap;
              const middle = from + (y - from - gap) / 2 + gap / 2;
              return (
                <g key={group.name}>
                  <text class="group" x={left - 10} y={middle + 4} text-anchor="end" aria-hidden="true">
                    {shortened(group.name, Math.floor(left / 7))}
                    <title>{group.name}</title>
                  </text>
                  {group.boxes.map((box, i) => (
                    <OneBox
                      key={box.series}
                      box={box}
                      name={`${group.name}\n${series[box.series]}`}
                      y={from + gap / 2 + i * (thick + 3)}
                      x={x}
                      unit={unit}
                      boxes={boxes}
                      onPick={onPick && (() => onPick(group.name, box.series))}
                    />
                  ))}
                </g>
              );
            })}
          </>
        );
      }}
    </Chart>
  );
}

function OneBox({
  box,
  name,
  y,
  x,
  unit,
  boxes,
  onPick,
}: {
  box: Quantiles & { series: number };
  name: string;
  y: number;
  x: Scale;
  unit: string;
  boxes: boolean;
  onPick?: () => void;
}) {
  const u = printed(unit);
  const text = `${name}\nmedian ${number(box.median)} ${u}, n = ${count(box.n)}\nquartiles ${number(box.q1)} – ${number(box.q3)}\nP5 – P95 ${number(box.p5)} – ${number(box.p95)}\nfrom ${number(box.min)} to ${number(box.max)}`;
  const middle = y + thick / 2;
  const colour = `s${box.series % 8}`;
  return (
    <Mark text={text} x={x(box.median)} y={middle} onPick={onPick}>
      <rect class="area" x={x(0)} y={y - 1.5} width={Math.max(0, x(x.high) - x(0))} height={thick + 3} />
      {boxes ? (
        <>
          <line class={`line ${colour}`} x1={x(box.p5)} x2={x(box.q1)} y1={middle} y2={middle} />
          <line class={`line ${colour}`} x1={x(box.q3)} x2={x(box.p95)} y1={middle} y2={middle} />
          <line class={`line ${colour}`} x1={x(box.p5)} x2={x(box.p5)} y1={y + 3} y2={y + thick - 3} />
          <line class={`line ${colour}`} x1={x(box.p95)} x2={x(box.p95)} y1={y + 3} y2={y + thick - 3} />
          <rect
            class={`box ${colour}`}
            x={x(box.q1)}
            y={y}
            width={Math.max(1.5, x(box.q3) - x(box.q1))}
            height={thick}
            rx={2}
          />
          <line class={`median ${colour}`} x1={x(box.median)} x2={x(box.median)} y1={y} y2={y + thick} />
        </>
      ) : (
        <rect
          class={`fill ${colour}`}
          x={x(0)}
          y={y}
          width={Math.max(1.5, x(box.median) - x(0))}
          height={thick}
          rx={2}
        />
      )}
    </Mark>
  );
}

function summaryOf(groups: BoxGroup[], measure: string, unit: string): string {
  const all = groups.flatMap((group) => group.boxes.map((box) => ({ ...box, name: group.name })));
  if (all.length === 0) return 'There are no values.';
  const n = all.reduce((sum, box) => sum + box.n, 0);
  const by = [...all].sort((a, b) => a.median - b.median);
  const [low, high] = [by[0], by[by.length - 1]];
  const u = printed(unit);
  const head = `${count(n)} values in ${groups.length} ${groups.length === 1 ? 'group' : 'groups'}.`;
  if (by.length === 1) return `${head} Median ${measure} ${number(low.median)} ${u}.`;
  return `${head} The highest median ${measure} is ${number(high.median)} ${u} (${high.name}), the lowest ${number(low.median)} ${u} (${low.name}).`;
}

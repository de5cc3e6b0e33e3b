/** Values against compressed breast thickness: all points, and the median of each bin of thickness. */
import { count, number, unit as printed } from '../format.ts';
import { ValueAxisX, ValueAxisY } from './axes.tsx';
import { Chart, Legend, Mark, usePoint } from './figure.tsx';
import { scale, type Scale } from './scale.ts';

export interface Bin {
  label: string;
  from: number | null;
  until: number | null;
  n: number;
  q1: number;
  median: number;
  q3: number;
}

export interface Thickness {
  title: string;
  file: string;
  measure: string;
  unit: string;
  n: number;
  points: [number, number, number][];
  bins: Bin[];
  scanners: { scanner: number; equipment: string }[];
}

export function ThicknessChart({ title, file, measure, unit, n, points, bins, scanners }: Thickness) {
  const index = new Map(scanners.map((each, i) => [each.scanner, i]));
  const most = points.reduce((high, point) => Math.max(high, point[1]), 0);
  const ends = points.reduce(([low, high], point) => [Math.min(low, point[0]), Math.max(high, point[0])], [20, 90]);
  return (
    <Chart
      title={title}
      file={file}
      summary={summaryOf(n, points.length, bins, measure, unit)}
      data={{
        head: ['Thickness [mm]', 'n', `Q1 [${unit}]`, `Median [${unit}]`, `Q3 [${unit}]`],
        rows: bins.map((bin) => [bin.label, bin.n, bin.q1, bin.median, bin.q3]),
      }}
      height={380}
      legend={<Legend names={scanners.map((each) => each.equipment)} />}
    >
      {(width, height) => {
        const [left, right, top, bottom] = [64, width - 24, 28, height - 48];
        const x = scale(ends[0], ends[1], left, right, 8);
        const y = scale(0, most, bottom, top);
        return (
          <>
            <ValueAxisY scale={y} left={left} right={right} title={`${measure} [${printed(unit)}]`} />
            <ValueAxisX scale={x} top={top} bottom={bottom} title="Compressed thickness [mm]" />
            <Points
              points={points}
              index={index}
              names={scanners.map((each) => each.equipment)}
              x={x}
              y={y}
              unit={unit}
            />
            {bins.map((bin) => {
              if (!bin.n) return null;
              const from = Math.max(x.low, bin.from ?? x.low);
              const until = Math.min(x.high, bin.until ?? x.high);
              const middle = x((from + until) / 2);
              return (
                <Mark
                  key={bin.label}
                  x={middle}
                  y={y(bin.median)}
                  text={`${bin.label} mm\nmedian ${number(bin.median)} ${printed(unit)}, n = ${count(bin.n)}\nquartiles ${number(bin.q1)} – ${number(bin.q3)}`}
                >
                  <line class="binline" x1={middle} x2={middle} y1={y(bin.q1)} y2={y(bin.q3)} />
                  <line class="binline wide" x1={x(from) + 3} x2={x(until) - 3} y1={y(bin.median)} y2={y(bin.median)} />
                  <rect
                    class="area"
                    x={x(from)}
                    width={x(until) - x(from)}
                    y={y(bin.q3) - 3}
                    height={Math.max(10, y(bin.q1) - y(bin.q3) + 6)}
                  />
                </Mark>
              );
            })}
          </>
        );
      }}
    </Chart>
  );
}

/** Thousands of points are one path for each scanner; the nearest to the pointer is told. */
function Points({
  points,
  index,
  names,
  x,
  y,
  unit,
}: {
  points: [number, number, number][];
  index: Map<number, number>;
  names: string[];
  x: Scale;
  y: Scale;
  unit: string;
}) {
  const point = usePoint();
  const paths = names.map((_, i) =>
    points
      .filter((each) => (index.get(each[2]) ?? 0) === i)
      .map((each) => `M${x(each[0]).toFixed(1)} ${y(each[1]).toFixed(1)}h0`)
      .join(''),
  );
  const near = (event: PointerEvent) => {
    const frame = (event.currentTarget as SVGElement).ownerSVGElement!.getBoundingClientRect();
    const [px, py] = [event.clientX - frame.left, event.clientY - frame.top];
    let best: [number, number, number] | null = null;
    let least = 144;
    for (const each of points) {
      const away = (x(each[0]) - px) ** 2 + (y(each[1]) - py) ** 2;
      if (away < least) [best, least] = [each, away];
    }
    if (!best) return point(null);
    const name = names[index.get(best[2]) ?? 0];
    point({
      text: `${name}\n${number(best[0])} mm: ${number(best[1])} ${printed(unit)}`,
      x: x(best[0]),
      y: y(best[1]),
    });
  };
  return (
    <g onPointerMove={near} aria-hidden="true">
      <rect class="area" x={x(x.low)} width={x(x.high) - x(x.low)} y={y(y.high)} height={y(y.low) - y(y.high)} />
      {paths.map((path, i) => (
        <path key={i} class={`points s${i % 8}`} d={path} />
      ))}
    </g>
  );
}

function summaryOf(n: number, shown: number, bins: Bin[], measure: string, unit: string): string {
  if (!n) return 'There are no values.';
  const full = bins.filter((bin) => bin.n);
  const [first, last] = [full[0], full[full.length - 1]];
  const part = shown < n ? ` ${count(shown)} points are drawn.` : '';
  if (!first || first === last) return `${count(n)} values.${part}`;
  return `${count(n)} values. Median ${measure} from ${number(first.median)} ${printed(unit)} at ${first.label} mm to ${number(last.median)} ${printed(unit)} at ${last.label} mm.${part}`;
}

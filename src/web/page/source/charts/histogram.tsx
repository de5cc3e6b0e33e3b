/** How often values are how great; the bins are common to all series. */
import { count, number, unit as printed } from '../format.ts';
import { ValueAxisX, ValueAxisY } from './axes.tsx';
import { Chart, Legend, Mark } from './figure.tsx';
import { scale } from './scale.ts';

export interface Counts {
  name: string;
  counts: number[];
}

export function HistogramChart({
  title,
  file,
  measure,
  unit,
  edges,
  series,
  below,
  above,
  onPick,
}: {
  title: string;
  file: string;
  measure: string;
  unit: string;
  edges: number[];
  series: Counts[];
  below: number;
  above: number;
  onPick?: (from: number, until: number, series: number) => void;
}) {
  const bins = Math.max(0, edges.length - 1);
  const sums = Array.from({ length: bins }, (_, bin) => series.reduce((sum, each) => sum + each.counts[bin], 0));
  return (
    <Chart
      title={title}
      file={file}
      summary={summaryOf(edges, sums, measure, unit, below + above)}
      data={{
        head: ['Series', `From [${unit}]`, `Until [${unit}]`, 'Count'],
        rows: series.flatMap((each) => each.counts.map((n, bin) => [each.name, edges[bin], edges[bin + 1], n])),
      }}
      height={320}
      legend={<Legend names={series.map((each) => each.name)} />}
    >
      {(width, height) => {
        const [left, right, top, bottom] = [64, width - 24, 28, height - 48];
        const y = scale(0, Math.max(1, ...sums), bottom, top);
        const x = scale(edges[0] ?? 0, edges[bins] ?? 1, left, right, 8);
        return (
          <>
            <ValueAxisY scale={y} left={left} right={right} title="Count" />
            <ValueAxisX scale={x} top={bottom} bottom={bottom} title={`${measure} [${printed(unit)}]`} />
            {sums.map((sum, bin) => {
              let reached = 0;
              return (
                <g key={bin}>
                  {series.map((each, i) => {
                    const n = each.counts[bin];
                    if (!n) return null;
                    const [low, high] = [reached, (reached += n)];
                    return (
                      <Mark
                        key={each.name}
                        x={x(edges[bin + 1])}
                        y={y(high)}
                        text={`${each.name}\n${number(edges[bin])} – ${number(edges[bin + 1])} ${printed(unit)}\n${count(n)} of ${count(sum)} in this bin`}
                        onPick={onPick && (() => onPick(edges[bin], edges[bin + 1], i))}
                      >
                        <rect
                          class={`fill s${i % 8}`}
                          x={x(edges[bin]) + 0.5}
                          width={Math.max(1, x(edges[bin + 1]) - x(edges[bin]) - 1)}
                          y={y(high)}
                          height={Math.max(0.5, y(low) - y(high))}
                        />
                      </Mark>
                    );
                  })}
                </g>
              );
            })}
          </>
        );
      }}
    </Chart>
  );
}

function summaryOf(edges: number[], sums: number[], measure: string, unit: string, outside: number): string {
  const all = sums.reduce((sum, n) => sum + n, 0);
  if (!all) return 'There are no values.';
  const top = sums.indexOf(Math.max(...sums));
  const rest = outside ? ` ${count(outside)} values lie outside the range shown.` : '';
  return `${count(all)} values of ${measure}; most, ${count(sums[top])}, lie between ${number(edges[top])} and ${number(edges[top + 1])} ${printed(unit)}.${rest}`;
}

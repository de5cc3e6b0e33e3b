/** Medians over time, a line for each series. */
import { count, number, unit as printed } from '../format.ts';
import { ValueAxisY } from './axes.tsx';
import { Chart, Legend, Mark } from './figure.tsx';
import { periodStart, scale } from './scale.ts';

export interface TimeSeries {
  name: string;
  values: { period: string; n: number; q1: number; median: number; q3: number }[];
}

export function TimeChart({
  title,
  file,
  measure,
  unit,
  periods,
  series,
  onPick,
}: {
  title: string;
  file: string;
  measure: string;
  unit: string;
  periods: string[];
  series: TimeSeries[];
  onPick?: (series: number, period: string) => void;
}) {
  const most = Math.max(0, ...series.flatMap((each) => each.values.map((value) => value.median)));
  return (
    <Chart
      title={title}
      file={file}
      summary={summaryOf(series, periods, measure, unit)}
      data={{
        head: ['Series', 'Period', 'n', `Q1 [${unit}]`, `Median [${unit}]`, `Q3 [${unit}]`],
        rows: series.flatMap((each) =>
          each.values.map((value) => [each.name, value.period, value.n, value.q1, value.median, value.q3]),
        ),
      }}
      height={320}
      legend={<Legend names={series.map((each) => each.name)} />}
    >
      {(width, height) => {
        const [left, right, top, bottom] = [64, width - 24, 28, height - 32];
        const y = scale(0, most, bottom, top);
        const first = periodStart(periods[0] ?? '2000');
        const span = Math.max(1, periodStart(periods[periods.length - 1] ?? '2000') - first);
        const x = (period: string) =>
          periods.length < 2
            ? (left + right) / 2
            : left + 12 + ((periodStart(period) - first) / span) * (right - left - 24);
        const every = Math.ceil(periods.length / Math.max(2, Math.floor((right - left) / 80)));
        return (
          <>
            <ValueAxisY scale={y} left={left} right={right} title={`Median ${measure} [${printed(unit)}]`} />
            <g class="axis" aria-hidden="true">
              {periods.map((period, i) =>
                i % every ? null : (
                  <text key={period} x={x(period)} y={bottom + 20} text-anchor="middle">
                    {period}
                  </text>
                ),
              )}
            </g>
            {series.map((each, i) => (
              <g key={each.name}>
                <path
                  class={`line s${i % 8}`}
                  fill="none"
                  d={each.values.map((value, j) => `${j ? 'L' : 'M'}${x(value.period)} ${y(value.median)}`).join('')}
                />
                {each.values.map((value) => (
                  <Mark
                    key={value.period}
                    x={x(value.period)}
                    y={y(value.median)}
                    text={`${each.name}\n${value.period}\nmedian ${number(value.median)} ${printed(unit)}, n = ${count(value.n)}\nquartiles ${number(value.q1)} – ${number(value.q3)}`}
                    onPick={onPick && (() => onPick(i, value.period))}
                  >
                    <circle class="area" cx={x(value.period)} cy={y(value.median)} r={9} />
                    <circle class={`fill s${i % 8}`} cx={x(value.period)} cy={y(value.median)} r={3.5} />
                  </Mark>
                ))}
              </g>
            ))}
          </>
        );
      }}
    </Chart>
  );
}

function summaryOf(series: TimeSeries[], periods: string[], measure: string, unit: string): string {
  const shown = series.filter((each) => each.values.length);
  if (!shown.length) return 'There are no values.';
  const head = `${shown.length} series from ${periods[0]} to ${periods[periods.length - 1]}.`;
  const { name, values } = shown[0];
  const [first, last] = [values[0], values[values.length - 1]];
  if (values.length < 2) return head;
  return `${head} Median ${measure} of ${name}: ${number(first.median)} in ${first.period}, ${number(last.median)} ${printed(unit)} in ${last.period}.`;
}

/** How many of each group there are, by scanner: stacked bars. */
import { count } from '../format.ts';
import { ValueAxisX } from './axes.tsx';
import { Chart, Legend, Mark } from './figure.tsx';
import { scale, shortened } from './scale.ts';

export interface Stack {
  name: string;
  parts: { series: number; n: number }[];
}

export function FrequencyChart({
  title,
  file,
  what,
  groups,
  series,
  onPick,
}: {
  title: string;
  file: string;
  what: string;
  groups: Stack[];
  series: string[];
  onPick?: (group: string, series: number) => void;
}) {
  const sum = (group: Stack) => group.parts.reduce((all, part) => all + part.n, 0);
  const row = 24;
  const all = groups.reduce((total, group) => total + sum(group), 0);
  return (
    <Chart
      title={title}
      file={file}
      summary={
        groups.length
          ? `${count(all)} ${what} in ${groups.length} groups; the most frequent is ${groups[0].name} with ${count(sum(groups[0]))}.`
          : 'There are no values.'
      }
      data={{
        head: ['Group', 'Scanner', 'Count'],
        rows: groups.flatMap((group) => group.parts.map((part) => [group.name, series[part.series], part.n])),
      }}
      height={groups.length * row + 54}
      legend={<Legend names={series} />}
    >
      {(width, height) => {
        const left = Math.min(240, Math.round(width * 0.3));
        const x = scale(0, Math.max(1, ...groups.map(sum)), left, width - 20, 6);
        return (
          <>
            <ValueAxisX scale={x} top={4} bottom={height - 44} title={`Number of ${what}`} />
            {groups.map((group, i) => {
              let reached = 0;
              return (
                <g key={group.name}>
                  <text class="group" x={left - 10} y={i * row + 22} text-anchor="end" aria-hidden="true">
                    {shortened(group.name, Math.floor(left / 7))}
                    <title>{group.name}</title>
                  </text>
                  {group.parts.map((part) => {
                    const from = reached;
                    reached += part.n;
                    return (
                      <Mark
                        key={part.series}
                        x={x(reached)}
                        y={i * row + 14}
                        text={`${group.name}\n${series[part.series]}\n${count(part.n)} of ${count(sum(group))} ${what}`}
                        onPick={onPick && (() => onPick(group.name, part.series))}
                      >
                        <rect
                          class={`fill s${part.series % 8}`}
                          x={x(from)}
                          width={Math.max(1, x(reached) - x(from) - 1)}
                          y={i * row + 9}
                          height={row - 8}
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

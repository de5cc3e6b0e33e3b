/** Studies by weekday and hour. */
import { count } from '../format.ts';
import { Chart, Mark } from './figure.tsx';

const days = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

export function HeatChart({ title, file, hours }: { title: string; file: string; hours: number[][] }) {
  const most = Math.max(1, ...hours.flat());
  const all = hours.flat().reduce((sum, n) => sum + n, 0);
  const busiest = hours.flat().indexOf(Math.max(...hours.flat()));
  const two = (hour: number) => String(hour).padStart(2, '0');
  return (
    <Chart
      title={title}
      file={file}
      summary={
        all
          ? `${count(all)} studies; the busiest hour is ${days[Math.floor(busiest / 24)]} ${two(busiest % 24)}:00 with ${count(most)}.`
          : 'There are no studies.'
      }
      data={{
        head: ['Weekday', 'Hour', 'Studies'],
        rows: hours.flatMap((row, day) => row.map((n, hour) => [days[day], `${two(hour)}:00`, n])),
      }}
      height={230}
    >
      {(width) => {
        const cell = Math.min(36, (width - 90) / 24);
        return (
          <>
            <g class="axis" aria-hidden="true">
              {days.map((day, i) => (
                <text key={day} x={76} y={i * 26 + 21} text-anchor="end">
                  {day}
                </text>
              ))}
              {Array.from({ length: 12 }, (_, i) => (
                <text key={i} x={84 + (i * 2 + 0.5) * cell} y={204} text-anchor="middle">
                  {two(i * 2)}
                </text>
              ))}
              <text class="title" x={84 + 12 * cell} y={224} text-anchor="middle">
                Hour of the day
              </text>
            </g>
            {hours.map((row, day) =>
              row.map((n, hour) => (
                <Mark
                  key={`${day}-${hour}`}
                  x={84 + hour * cell}
                  y={day * 26 + 20}
                  text={`${days[day]} ${two(hour)}:00\n${count(n)} studies`}
                >
                  <rect class="cellback" x={84 + hour * cell} y={day * 26 + 4} width={cell - 2} height={24} rx={2} />
                  <rect
                    class="fill s0"
                    opacity={n ? 0.12 + (0.88 * n) / most : 0}
                    x={84 + hour * cell}
                    y={day * 26 + 4}
                    width={cell - 2}
                    height={24}
                    rx={2}
                  />
                </Mark>
              )),
            )}
          </>
        );
      }}
    </Chart>
  );
}

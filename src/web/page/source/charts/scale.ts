/** Axes: which numbers stand on them, and where a value lies. Pure. */

/** Steps of 1, 2 or 5 times a power of ten that span the values, about `wanted` of them. */
export function ticks(low: number, high: number, wanted = 5): number[] {
  if (!(high > low)) high = low + (Math.abs(low) || 1);
  const rough = (high - low) / Math.max(1, wanted);
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= rough * 0.999)!;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toFixed(digits + 1)));
}

export interface Scale {
  (value: number): number;
  ticks: number[];
  low: number;
  high: number;
}

/** From values to pixels; the ends are ticks. */
export function scale(low: number, high: number, from: number, until: number, wanted = 5): Scale {
  const marks = ticks(low, high, wanted);
  const [begin, end] = [marks[0], marks[marks.length - 1]];
  const map = (value: number) => from + ((value - begin) / (end - begin)) * (until - from);
  return Object.assign(map, { ticks: marks, low: begin, high: end });
}

/** A text cut to so many letters. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : text.slice(0, Math.max(1, most - 1)).trimEnd() + '…';
}

/** "2026-W07", "2026-02", "2026-Q1", "2026": the day it begins, as a number of days. */
export function periodStart(period: string): number {
  const day = (year: number, month: number, date: number) => Date.UTC(year, month, date) / 86_400_000;
  const year = Number(period.slice(0, 4));
  const rest = period.slice(5);
  if (!rest) return day(year, 0, 1);
  if (rest.startsWith('Q')) return day(year, (Number(rest[1]) - 1) * 3, 1);
  if (rest.startsWith('W')) {
    const fourth = day(year, 0, 4);
    const monday = fourth - ((new Date(fourth * 86_400_000).getUTCDay() + 6) % 7);
    return monday + (Number(rest.slice(1)) - 1) * 7;
  }
  return day(year, Number(rest.slice(0, 2)) - 1, Number(rest.slice(3, 5)) || 1);
}

/** How values are written: ISO dates, units given, nothing rounded away that matters. */

export const nothing = '–';

/** "2026-11-22 04:05" of a moment in UTC, as the clock of the reader says it. */
export function moment(text: string | null | undefined, seconds = false): string {
  if (!text) return nothing;
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) return text;
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  const time = `${two(date.getHours())}:${two(date.getMinutes())}`;
  return `${day} ${time}${seconds ? ':' + two(date.getSeconds()) : ''}`;
}

export function isoDay(date: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

export function daysAgo(days: number, from = new Date()): string {
  return isoDay(new Date(from.getFullYear(), from.getMonth(), from.getDate() - days));
}

/** "3 minutes ago", "in 5 hours". */
export function age(text: string | null | undefined, now = Date.now()): string {
  if (!text) return '';
  const then = new Date(text).getTime();
  if (Number.isNaN(then)) return '';
  const seconds = Math.round((now - then) / 1000);
  const words = spanWords(Math.abs(seconds));
  if (Math.abs(seconds) < 5) return 'now';
  return seconds >= 0 ? `${words} ago` : `in ${words}`;
}

export function spanWords(seconds: number): string {
  const units: [number, string][] = [
    [86400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
    [1, 'second'],
  ];
  for (const [size, name] of units) {
    const count = Math.floor(seconds / size);
    if (count >= 1) return `${count} ${name}${count === 1 ? '' : 's'}`;
  }
  return '0 seconds';
}

/** "1:02:03" or "2:03 min" between two moments. */
export function duration(from?: string | null, until?: string | null): string {
  if (!from) return nothing;
  const seconds = Math.round(((until ? new Date(until).getTime() : Date.now()) - new Date(from).getTime()) / 1000);
  if (!Number.isFinite(seconds) || seconds < 0) return nothing;
  if (seconds < 60) return `${seconds} s`;
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const rest = `${two(Math.floor((seconds % 3600) / 60))}:${two(seconds % 60)}`;
  return hours ? `${hours}:${rest} h` : `${Math.floor(seconds / 60)}:${two(seconds % 60)} min`;
}

/** "12 345": a thin space between thousands. */
export function count(value: number | null | undefined): string {
  if (value === null || value === undefined) return nothing;
  return String(Math.round(value)).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

/** "1 study", "3 studies". */
export function plural(value: number, one: string, many = one + 's'): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** Three significant digits, at least; whole numbers as they are. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return nothing;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (Number.isInteger(value) || size >= 1000) return count(value);
  if (size >= 100) return value.toFixed(0);
  if (size >= 10) return value.toFixed(1);
  if (size >= 1) return value.toFixed(2);
  if (size >= 0.001) return String(Number(value.toPrecision(3)));
  return value.toExponential(2);
}

export function bytes(value: number | null | undefined): string {
  if (value === null || value === undefined) return nothing;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    ++unit;
  }
  return unit === 0 ? `${size} B` : `${size.toFixed(size < 10 ? 1 : 0)} ${units[unit]}`;
}

/** "mGy.cm" as it is printed. */
export function unit(text: string | null | undefined): string {
  return (text ?? '').replace(/\./g, '·').replace(/2$/, '²');
}

export function withUnit(title: string, text?: string | null): string {
  return text ? `${title} [${unit(text)}]` : title;
}

/** "better_source_in_study" in words. */
export function words(text: string | null | undefined): string {
  return (text ?? '').replace(/_/g, ' ');
}

/** "20261125" as "2026-11-25"; what is no date of DICOM stays as it is. */
export function dicomDate(text: string | null | undefined): string {
  return (text ?? '').replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3');
}

/** "140951.12" as "14:09:51". */
export function dicomTime(text: string | null | undefined): string {
  return (text ?? '').replace(/^(\d{2})(\d{2})(?:(\d{2})(?:\.\d+)?)?$/, (_, hour, minute, second) =>
    [hour, minute, second].filter(Boolean).join(':'),
  );
}

/** Values with backslashes between them, or a list, with commas. */
export function listText(values: string | string[] | null | undefined): string {
  return (Array.isArray(values) ? values : (values ?? '').split('\\')).filter(Boolean).join(', ');
}

/** "Yamada^Tarou=山田^太郎" as "Yamada Tarou / 山田 太郎"; what is no such name stays as it is. */
export function personName(text: string | null | undefined): string {
  const groups = (text ?? '').split('=');
  if (groups.length > 3 || !text?.includes('^')) return text ?? '';
  const parts = groups.map((group) => group.split('^').filter(Boolean).join(' '));
  return parts.filter(Boolean).join(' / ');
}

/** "XRayRadiationDoseSRStorage" as "X-Ray Radiation Dose SR". */
export function className(keyword: string | null | undefined): string {
  return (keyword ?? '')
    .replace(/Storage(ForPresentation|ForProcessing)?$/, ' $1')
    .replace(/XRay/g, 'X-Ray')
    .replace(/([a-z])([A-Z0-9])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/X- Ray/g, 'X-Ray ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** Years; of small children with their fraction. */
export function years(age: number | null | undefined): string {
  if (age === null || age === undefined) return nothing;
  return age >= 2 ? String(Math.floor(age)) : number(age);
}

export function sentence(text: string): string {
  return text ? text[0].toUpperCase() + text.slice(1) : text;
}

/** A cell of CSV that no spreadsheet takes for a formula. */
export function csvCell(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  let text = String(value);
  if (/^[=+\-@\t\r]/.test(text)) text = "'" + text;
  return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

export function csv(head: string[], rows: unknown[][]): string {
  return [head, ...rows].map((row) => row.map(csvCell).join(',')).join('\r\n') + '\r\n';
}

/** What is told while something runs. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { follow } from '../api/stream.ts';
import { count, plural } from '../format.ts';
import { Progress } from './basics.tsx';
import { tell } from '../state.ts';

/** Follows a stream of the API as long as `path` is given. */
export function useStream(path: string | null, onEvent: (event: any) => boolean | void) {
  const latest = useRef(onEvent);
  latest.current = onEvent;
  useEffect(() => {
    if (!path) return;
    const stop = new AbortController();
    follow(path, (event) => latest.current(event), stop.signal).catch((failure) =>
      tell(failure.message, 'bad', failure.hint),
    );
    return () => stop.abort();
  }, [path]);
}

/** Tells a screen reader, but not more often than every so many seconds: the last word counts. */
export function useSlowly(text: string, seconds = 5): string {
  const [said, say] = useState('');
  const last = useRef(0);
  useEffect(() => {
    const wait = Math.max(0, last.current + seconds * 1000 - Date.now());
    const timer = setTimeout(() => {
      last.current = Date.now();
      say(text);
    }, wait);
    return () => clearTimeout(timer);
  }, [text]);
  return said;
}

export function progressText(of: any): string {
  if (!of) return 'Beginning …';
  const parts = [`${plural(of.studies_found ?? 0, 'study', 'studies')} found`, `${count(of.studies_decided)} decided`];
  if (of.windows_open) parts.unshift(plural(of.windows_open, 'query').replace('querys', 'queries') + ' open');
  if (of.requests_planned) parts.push(`${count(of.requests_ended)} of ${plural(of.requests_planned, 'request')} ended`);
  return parts.join(', ') + '.';
}

/** The bars of a harvest that runs. */
export function HarvestProgress({ of }: { of: any }) {
  const said = useSlowly(progressText(of));
  return (
    <div class="stack">
      <div class="columns">
        <div class="stack">
          <span>Studies decided</span>
          <Progress
            label={`${count(of?.studies_decided ?? 0)} of ${count(of?.studies_found ?? 0)}`}
            value={of?.studies_decided ?? 0}
            of={of?.studies_found || null}
          />
        </div>
        <div class="stack">
          <span>Requests ended</span>
          <Progress
            label={`${count(of?.requests_ended ?? 0)} of ${count(of?.requests_planned ?? 0)}`}
            value={of?.requests_ended ?? 0}
            of={of?.requests_planned || null}
          />
        </div>
      </div>
      <p class="quiet">{progressText(of)}</p>
      <p class="unseen" role="status">
        {said}
      </p>
    </div>
  );
}

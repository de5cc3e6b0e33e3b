/** What was begun from this page, until it has become a harvest with a page of its own. */
import { useState } from 'preact/hooks';
import { get, post } from '../api/client.ts';
import { words } from '../format.ts';
import { Heading, Lamp, Panel, Show } from '../parts/basics.tsx';
import { HarvestProgress, useStream } from '../parts/live.tsx';
import { go } from '../router.ts';
import { attempt, useLoad, useMay } from '../state.ts';
import { exitText, exitTone } from '../words.ts';
import { Steps } from './nodes.tsx';

const harvesting = ['query', 'harvest', 'retrieve', 'resume', 'schedule'];

export function RunPage({ id }: { id: string }) {
  const run = useLoad(id, (signal) => get(`/runs/${id}`, signal).then((data) => data.run));
  const [events, setEvents] = useState<any[]>([]);
  const operate = useMay('operate');
  const kind = run.data?.kind;
  useStream(kind ? `/runs/${id}/events` : null, (event) => {
    setEvents((last) =>
      [...last.filter((each) => each.event !== 'progress' || event.event !== 'progress'), event].slice(-200),
    );
    // One harvest: its own page tells more.
    if (event.event === 'started' && harvesting.includes(kind)) {
      go(`/harvests/${event.harvest}`, true);
      return true;
    }
    if (event.event === 'done') run.reload();
    return event.event === 'done';
  });
  const of = (name: string) => events.filter((event) => event.event === name);
  const done = of('done')[0];
  const code = done?.exit_code ?? run.data?.exit_code;
  return (
    <>
      <Heading
        title={kind ? `${words(kind)[0].toUpperCase()}${words(kind).slice(1)} of ${run.data.subject}` : `Run ${id}`}
      >
        {operate && run.data?.state === 'running' && !done && (
          <button onClick={() => attempt(() => post(`/runs/${id}/cancel`), 'It ends in order.').then(run.reload)}>
            Cancel
          </button>
        )}
      </Heading>
      <Show of={run}>
        {(data) => (
          <Panel>
            <div class="stack">
              <p role="status">
                <Lamp tone={exitTone(code)}>{code === null || code === undefined ? 'Under way' : exitText(code)}</Lamp>
              </p>
              {of('failed').map((event, i) => (
                <p class="warning" key={i}>
                  {event.node}: {event.error?.message ?? event.error}
                </p>
              ))}
              <Steps steps={of('step')} />
              {code === undefined && harvesting.includes(data.kind) && <HarvestProgress of={of('progress')[0]} />}
              {of('note').map((event, i) => (
                <p key={i}>{event.text}</p>
              ))}
              {of('finished').map((event, i) => (
                <p key={i}>{event.line || event.error}</p>
              ))}
              {(data.harvests ?? []).map((harvest: number) => (
                <p key={harvest}>
                  <a href={`/harvests/${harvest}`}>Harvest {harvest}</a>
                </p>
              ))}
            </div>
          </Panel>
        )}
      </Show>
    </>
  );
}

/** Objects that could not be imported. Their files are kept: they can be tried again, or deleted for good. */
import { useState } from 'preact/hooks';
import { get, post, queryOf } from '../api/client.ts';
import { bytes, count, plural, words } from '../format.ts';
import { Code, Facts, Heading, Panel, Refresh, Show, When } from '../parts/basics.tsx';
import { AskFirst, Choice } from '../parts/forms.tsx';
import { Pager, Table } from '../parts/table.tsx';
import { go, setQuery, usePlace } from '../router.ts';
import { attempt, useLoad, useMay } from '../state.ts';
import { kindText, reasonText } from '../words.ts';

type What = { ids: number[] } | { all: true };

/** How it ended, in a sentence. */
function endsText(answer: any): string {
  const ends: any[] = answer.ends ?? [];
  const groups = new Map<string, number>();
  for (const end of ends) {
    const key = (end.state || end.ended) + (end.reason ? ` (${reasonText(end.reason)})` : '');
    groups.set(key, (groups.get(key) ?? 0) + 1);
  }
  if (!ends.length) return 'There was nothing to do.';
  return [...groups].map(([state, n]) => `${plural(n, 'object')} ${state}`).join(', ') + '.';
}

const act = (verb: string, what: What, done: () => void) =>
  attempt(() => post(`/quarantine/${verb}`, what), endsText).then((taken) => taken && done());

function DropButton({ what, text, n, onDone }: { what: What; text: string; n: number; onDone: () => void }) {
  return (
    <AskFirst
      text={text}
      title={`Delete ${plural(n, 'object')} for good?`}
      question={
        <>
          <p>The files are deleted from the disk and cannot be brought back here. The node may still have them.</p>
          <p>A later harvest does not fetch them again by itself.</p>
        </>
      }
      yes={`Delete ${plural(n, 'object')}`}
      danger
      disabled={n === 0}
      onYes={() => act('drop', what, onDone)}
    />
  );
}

export function Quarantine() {
  const { query } = usePlace();
  const reason = query.get('reason') ?? '';
  const ask = queryOf({ reason, cursor: query.get('cursor'), limit: 50 });
  const objects = useLoad(ask, (signal) => get('/quarantine' + ask, signal));
  const operate = useMay('operate');
  const [chosen, setChosen] = useState(new Set<number>());
  const done = () => (setChosen(new Set()), objects.reload());
  const choose = (id: number, on: boolean) => {
    const next = new Set(chosen);
    if (on) next.add(id);
    else next.delete(id);
    setChosen(next);
  };
  const what: What = { ids: [...chosen] };
  return (
    <>
      <Heading
        title="Quarantine"
        about="Objects that could not be imported. Their files are kept until they are dropped here."
      >
        <Refresh of={objects} />
      </Heading>
      <Show of={objects}>
        {(data) => (
          <div class="page">
            <Panel>
              <div class="filters">
                <Choice
                  label="Reason"
                  value={reason}
                  onValue={(to) => setQuery({ reason: to, cursor: null }, true)}
                  options={[
                    ['', `all (${count(data.in_quarantine)})`],
                    ...(Object.entries(data.by_reason ?? {}).map(([each, n]) => [
                      each,
                      `${reasonText(each)} (${count(n as number)})`,
                    ]) as [string, string][]),
                  ]}
                />
                {operate && (
                  <div class="actions full">
                    <button disabled={chosen.size === 0} onClick={() => act('retry', what, done)}>
                      Retry {chosen.size || ''} chosen
                    </button>
                    <button disabled={!data.in_quarantine} onClick={() => act('retry', { all: true }, done)}>
                      Retry all
                    </button>
                    <DropButton what={what} n={chosen.size} text={`Drop ${chosen.size || ''} chosen …`} onDone={done} />
                  </div>
                )}
              </div>
            </Panel>
            <Table
              caption="Objects in quarantine"
              rows={data.objects}
              id={(each: any) => each.id}
              empty="Quarantine is empty."
              columns={[
                ...(operate
                  ? [
                      {
                        key: 'choose',
                        title: <span class="unseen">Chosen</span>,
                        cell: (each: any) => (
                          <input
                            type="checkbox"
                            aria-label={`Choose object ${each.id}`}
                            checked={chosen.has(each.id)}
                            onChange={(event) => choose(each.id, event.currentTarget.checked)}
                          />
                        ),
                      },
                    ]
                  : []),
                {
                  key: 'id',
                  title: 'Object',
                  head: true,
                  cell: (each: any) => <a href={`/quarantine/${each.id}`}>{each.id}</a>,
                },
                { key: 'failed', title: 'Failed', cell: (each: any) => <When at={each.failed_at} /> },
                { key: 'reason', title: 'Reason', cell: (each: any) => reasonText(each.reason) },
                { key: 'message', title: 'Message', wrap: true, cell: (each: any) => each.message },
                { key: 'kind', title: 'Kind', cell: (each: any) => kindText(each.object_kind) },
                { key: 'way', title: 'Way in', cell: (each: any) => words(each.way_in) },
                { key: 'size', title: 'Size', number: true, cell: (each: any) => bytes(each.size_bytes) },
                { key: 'attempts', title: 'Attempts', number: true, cell: (each: any) => count(each.attempts) },
              ]}
            />
            <Pager shown={data.objects.length} next={data.next} what="objects" />
          </div>
        )}
      </Show>
    </>
  );
}

export function QuarantineItem({ id }: { id: string }) {
  const object = useLoad(id, (signal) => get(`/quarantine/${id}`, signal).then((data) => data.object));
  const operate = useMay('operate');
  const what: What = { ids: [Number(id)] };
  const done = () => go('/quarantine');
  return (
    <>
      <Heading title={`Object ${id}`} above={{ href: '/quarantine', text: 'Quarantine' }} about={object.data?.message}>
        {operate && object.data && (
          <>
            <button onClick={() => act('retry', what, done)}>Retry</button>
            <DropButton what={what} n={1} text="Drop …" onDone={done} />
          </>
        )}
      </Heading>
      <Show of={object}>
        {(each) => (
          <div class="page">
            <Panel title="What it is">
              <Facts
                wide
                of={[
                  ['Reason', reasonText(each.reason)],
                  ['Kind', kindText(each.object_kind)],
                  ['Modality', each.modality],
                  ['Way in', words(each.way_in)],
                  ['From', [each.calling_ae, each.peer_address].filter(Boolean).join(' at ')],
                  ['To', each.called_ae],
                  ['Received', <When at={each.received_at} />],
                  ['Failed', <When at={each.failed_at} />],
                  ['Size', bytes(each.size_bytes)],
                  ['SOP class', each.sop_class || each.sop_class_uid],
                  ['SOP Instance UID', each.sop_instance_uid && <Code of={each.sop_instance_uid} />],
                  ['Study Instance UID', each.study_instance_uid && <Code of={each.study_instance_uid} />],
                  ['Series Instance UID', each.series_instance_uid && <Code of={each.series_instance_uid} />],
                  ['Transfer syntax', each.transfer_syntax_uid && <Code of={each.transfer_syntax_uid} />],
                  ['SHA-256', each.sha256 && <Code of={each.sha256} />],
                  ['File', each.file && <Code of={each.file} />],
                ]}
              />
            </Panel>
            <Panel title="Attempts to import it">
              <Table
                caption="Attempts to import it"
                rows={each.import_attempts ?? []}
                id={(attempt: any) => attempt.started_at}
                empty="None yet."
                columns={[
                  {
                    key: 'began',
                    title: 'Began',
                    head: true,
                    cell: (attempt: any) => <When at={attempt.started_at} />,
                  },
                  { key: 'ended', title: 'Ended', cell: (attempt: any) => <When at={attempt.ended_at} /> },
                  {
                    key: 'outcome',
                    title: 'Outcome',
                    cell: (attempt: any) => words(attempt.outcome) || 'the process ended',
                  },
                ]}
              />
            </Panel>
          </div>
        )}
      </Show>
    </>
  );
}

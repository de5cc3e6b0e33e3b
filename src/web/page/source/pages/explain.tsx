/** The whole story of one study, series, instance or accession number: found, chosen or skipped and why, asked for, come, imported. */
import { useState } from 'preact/hooks';
import { post, type ApiError } from '../api/client.ts';
import { bytes, count, dicomDate, listText, plural, words } from '../format.ts';
import { Badge, Code, Heading, Lamp, Panel, Problem, When } from '../parts/basics.tsx';
import { TextField } from '../parts/forms.tsx';
import { Table } from '../parts/table.tsx';
import { usePrivate } from '../state.ts';
import { kindText, reasonText, toneOf, verdictWords } from '../words.ts';

export function Explain() {
  const [what, setWhat] = usePrivate('explain');
  const [story, setStory] = useState<any>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const tell = async () => {
    if (!what.trim()) return;
    setError(null);
    try {
      setStory(await post('/explain', { what: what.trim() }));
    } catch (failure) {
      setStory(null);
      setError(failure as ApiError);
    }
  };
  const nothing = story && story.findings.length + story.objects.length === 0;
  return (
    <>
      <Heading
        title="Explain"
        about="The whole story of one study, series or instance: found, chosen or skipped and why, asked for, come, imported."
      />
      <Panel>
        <form
          class="filters"
          onSubmit={(event) => {
            event.preventDefault();
            void tell();
          }}
        >
          <div class="wide">
            <TextField
              label="UID or accession number"
              value={what}
              onValue={setWhat}
              hint="Does not go into the address."
            />
          </div>
          <div class="actions">
            <button class="primary" type="submit">
              Explain
            </button>
          </div>
        </form>
      </Panel>
      {error && <Problem error={error} />}
      <div role="status">
        {nothing && <p class="empty">Nothing is known of it: no harvest has met it, and no object of it came.</p>}
      </div>
      {story?.findings.map((finding: any) => (
        <Finding key={`${finding.harvest} ${finding.study_row}`} of={finding} />
      ))}
      {story?.objects.length > 0 && <Objects of={story.objects} />}
    </>
  );
}

function Why({ of }: { of: any }) {
  return (
    <>
      <Badge tone={toneOf(of.verdict)}>{verdictWords[of.verdict] ?? of.verdict}</Badge>{' '}
      <span class="quiet">{reasonText(of.reason)}</span>
    </>
  );
}

function Finding({ of }: { of: any }) {
  return (
    <Panel
      title={`Met by harvest ${of.harvest} of ${of.node}`}
      actions={<a href={`/harvests/${of.harvest}`}>Harvest {of.harvest}</a>}
    >
      <div class="stack">
        <p>
          <Lamp tone={toneOf(of.harvest_state)}>{of.harvest_state}</Lamp> <When at={of.harvest_began} /> · study of{' '}
          {dicomDate(of.date)} {listText(of.modalities)} · <Why of={of} />
        </p>
        {of.message && <p class="quiet">{of.message}</p>}
        <ul class="tree">
          {of.series.map((series: any) => (
            <li key={series.uid}>
              <div class="branch">
                <span />
                <span class="what">
                  <span>{series.modality}</span>
                  <strong>{series.description || 'no description'}</strong>
                  <Code of={series.uid} />
                </span>
                <span class="why">
                  <Why of={series} />
                </span>
              </div>
              {series.requests.map((request: any) => (
                <p key={request.id}>
                  <Lamp tone={toneOf(request.state)}>
                    Request {request.id} ({request.level} level): {request.state}, {plural(request.attempts, 'attempt')}
                  </Lamp>
                  {request.message && `. ${request.message}`}
                </p>
              ))}
              {series.instances.length > 0 && (
                <ul class="tree">
                  {series.instances.map((instance: any) => (
                    <li key={instance.uid}>
                      <div class="branch">
                        <span />
                        <span class="what">
                          <Code of={instance.uid} />
                          {instance.expected_state && (
                            <Lamp tone={toneOf(instance.expected_state)}>
                              {instance.expected_state}
                              {instance.expected_reason && `: ${reasonText(instance.expected_reason)}`}
                            </Lamp>
                          )}
                          {instance.object && <span class="quiet">object {instance.object}</span>}
                        </span>
                        <span class="why">
                          <Why of={instance} />
                        </span>
                      </div>
                    </li>
                  ))}
                </ul>
              )}
            </li>
          ))}
        </ul>
      </div>
    </Panel>
  );
}

function Objects({ of }: { of: any[] }) {
  return (
    <Panel title="Objects that came">
      <Table
        caption="Objects that came"
        rows={of}
        id={(each) => each.id}
        columns={[
          { key: 'id', title: 'Object', head: true, cell: (each) => each.id },
          { key: 'received', title: 'Received', cell: (each) => <When at={each.received_at} /> },
          { key: 'way', title: 'Way in', cell: (each) => words(each.way_in) },
          {
            key: 'from',
            title: 'From',
            cell: (each) => [each.calling_ae, each.peer_address].filter(Boolean).join(' '),
          },
          { key: 'kind', title: 'Kind', cell: (each) => kindText(each.kind) },
          { key: 'state', title: 'State', cell: (each) => <Lamp tone={toneOf(each.state)}>{each.state}</Lamp> },
          {
            key: 'reason',
            title: 'Reason',
            wrap: true,
            cell: (each) => [reasonText(each.reason), each.message].filter(Boolean).join(': '),
          },
          {
            key: 'dose',
            title: 'Dose',
            cell: (each) => (each.superseded_by ? 'superseded' : each.has_dose ? 'counts' : 'none'),
          },
          { key: 'size', title: 'Size', number: true, cell: (each) => bytes(each.size_bytes) },
          { key: 'attempts', title: 'Attempts', number: true, cell: (each) => count(each.attempts) },
        ]}
      />
    </Panel>
  );
}

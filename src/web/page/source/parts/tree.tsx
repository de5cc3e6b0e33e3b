/** What a harvest found: studies, their series, their instances, each with its verdict and why. */
import { useState } from 'preact/hooks';
import { get, queryOf } from '../api/client.ts';
import { className, count, dicomDate, dicomTime, listText, plural } from '../format.ts';
import { useLoad } from '../state.ts';
import { reasonText, toneOf, verdictWords } from '../words.ts';
import { Badge, Lamp, Show } from './basics.tsx';

export interface Selection {
  taken: (study: any) => boolean;
  take: (study: any, taken: boolean) => void;
}

export function StudyTree({ harvest, studies, selection }: { harvest: string; studies: any[]; selection?: Selection }) {
  return (
    <ul class="tree">
      {studies.map((study) => (
        <Study key={study.study} harvest={harvest} study={study} selection={selection} />
      ))}
    </ul>
  );
}

function Fold({ open, onOpen, name }: { open: boolean; onOpen: (open: boolean) => void; name: string }) {
  return (
    <button class="fold" aria-expanded={open} aria-label={name} onClick={() => onOpen(!open)}>
      <span aria-hidden="true">{open ? '▾' : '▸'}</span>
    </button>
  );
}

function Verdict({ of }: { of: any }) {
  return (
    <span class="why">
      <Badge tone={toneOf(of.verdict)}>{verdictWords[of.verdict] ?? of.verdict}</Badge>{' '}
      <span class="quiet">{reasonText(of.reason)}</span>
    </span>
  );
}

function Study({ harvest, study, selection }: { harvest: string; study: any; selection?: Selection }) {
  const [open, setOpen] = useState(false);
  const modalities = listText(study.modalities);
  const name = `Study ${study.study}`;
  return (
    <li>
      <div class="branch">
        <Fold open={open} onOpen={setOpen} name={`${name}: series`} />
        <span class="what">
          {selection && (
            <input
              type="checkbox"
              aria-label={`Take ${name}`}
              checked={selection.taken(study)}
              onChange={(event) => selection.take(study, event.currentTarget.checked)}
            />
          )}
          <span class="nowrap">
            {dicomDate(study.date)} {dicomTime(study.time)}
          </span>
          <span>{modalities}</span>
          <strong>{study.description || 'no description'}</strong>
          {study.instances_to_fetch > 0 && (
            <span class="quiet">
              {plural(study.instances_to_fetch, 'object')} in {plural(study.series_to_fetch, 'series', 'series')}
            </span>
          )}
          {study.imported > 0 && <Badge tone="good">{count(study.imported)} imported</Badge>}
          {study.missing > 0 && <Badge tone="bad">{count(study.missing)} missing</Badge>}
          {study.failed > 0 && <Badge tone="bad">{count(study.failed)} failed</Badge>}
        </span>
        <Verdict of={study} />
      </div>
      {study.message && <p class="quiet">{study.message}</p>}
      {open && <SeriesOf harvest={harvest} study={study} />}
    </li>
  );
}

function SeriesOf({ harvest, study }: { harvest: string; study: any }) {
  const series = useLoad(`${study.study}`, (signal) => get(`/harvests/${harvest}/studies/${study.study}`, signal));
  return (
    <Show of={series}>
      {(data) => (
        <>
          {data.study.study_instance_uid && <p class="quiet code">{data.study.study_instance_uid}</p>}
          {data.series.length === 0 ? (
            <p class="empty">Its series were not asked for.</p>
          ) : (
            <ul class="tree">
              {data.series.map((each: any) => (
                <OneSeries key={each.series} harvest={harvest} series={each} />
              ))}
            </ul>
          )}
        </>
      )}
    </Show>
  );
}

function OneSeries({ harvest, series }: { harvest: string; series: any }) {
  const [open, setOpen] = useState(false);
  return (
    <li>
      <div class="branch">
        <Fold open={open} onOpen={setOpen} name={`Series ${series.number ?? series.series}: instances`} />
        <span class="what">
          <span>
            {series.modality} {series.number !== null && series.number !== undefined && `no. ${series.number}`}
          </span>
          <strong>{series.description || 'no description'}</strong>
          <span class="quiet">
            {series.instance_count !== null &&
              series.instance_count !== undefined &&
              plural(series.instance_count, 'object')}
            {series.station_name && `, ${series.station_name}`}
            {series.availability && `, ${series.availability.toLowerCase()}`}
          </span>
          {series.expected > 0 && (
            <span class="quiet">
              {count(series.arrived)} of {count(series.expected)} arrived
            </span>
          )}
          {series.missing > 0 && <Badge tone="bad">{count(series.missing)} missing</Badge>}
          {series.failed > 0 && <Badge tone="bad">{count(series.failed)} failed</Badge>}
        </span>
        <Verdict of={series} />
      </div>
      {(series.requests ?? []).map((request: any) => (
        <p key={request.request} class="quiet">
          <Lamp tone={toneOf(request.state)}>
            Request {request.request} ({request.level} level): {request.state}
          </Lamp>
          {request.attempts > 1 && `, ${plural(request.attempts, 'attempt')}`}
          {request.completed !== null && request.completed !== undefined && `, ${count(request.completed)} completed`}
          {request.failed > 0 && `, ${count(request.failed)} failed`}
          {request.warning > 0 && `, ${count(request.warning)} with a warning`}
          {request.message
            ? `. ${request.message}`
            : request.dimse_status > 0 && request.status_text
              ? `. ${request.status_text}`
              : ''}
        </p>
      ))}
      {open && <InstancesOf harvest={harvest} series={series} />}
    </li>
  );
}

function InstancesOf({ harvest, series }: { harvest: string; series: any }) {
  const [cursors, setCursors] = useState<string[]>(['']);
  return (
    <>
      {series.series_instance_uid && <p class="quiet code">{series.series_instance_uid}</p>}
      <ul class="tree">
        {cursors.map((cursor, i) => (
          <InstancePage
            key={cursor}
            path={`/harvests/${harvest}/series/${series.series}/instances${queryOf({ limit: 100, cursor })}`}
            last={i === cursors.length - 1}
            onMore={(next) => setCursors([...cursors, next])}
          />
        ))}
      </ul>
    </>
  );
}

function InstancePage({ path, last, onMore }: { path: string; last: boolean; onMore: (next: string) => void }) {
  const instances = useLoad(path, (signal) => get(path, signal));
  const data = instances.data;
  if (!data)
    return (
      <li>
        <Show of={instances}>{() => null}</Show>
      </li>
    );
  return (
    <>
      {data.instances.length === 0 && <li class="quiet">Its instances were not asked for.</li>}
      {data.instances.map((each: any) => (
        <li key={each.sop_instance_uid}>
          <div class="branch">
            <span />
            <span class="what">
              {each.number !== null && each.number !== undefined && <span>no. {each.number}</span>}
              <strong>{className(each.sop_class) || each.sop_class_uid || 'unknown class'}</strong>
              {each.expected_state && (
                <Lamp tone={toneOf(each.expected_state)}>
                  {each.expected_state}
                  {each.expected_reason && `: ${reasonText(each.expected_reason)}`}
                </Lamp>
              )}
              {each.object && (
                <span class="quiet">
                  object {each.object}, {each.object_state}
                  {each.object_reason &&
                    each.object_reason !== each.expected_reason &&
                    `: ${reasonText(each.object_reason)}`}
                </span>
              )}
              {each.study && <a href={`/studies/${each.study}`}>its dose</a>}
              <span class="code quiet">{each.sop_instance_uid}</span>
            </span>
            <Verdict of={each} />
          </div>
        </li>
      ))}
      {last && data.next && (
        <li>
          <button onClick={() => onMore(data.next)}>More</button>
        </li>
      )}
    </>
  );
}

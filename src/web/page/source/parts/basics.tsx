/** Small things that every page is made of. */
import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import type { ApiError } from '../api/client.ts';
import { age, moment, nothing } from '../format.ts';
import type { Loaded } from '../state.ts';

export type Tone = 'good' | 'warn' | 'bad' | 'busy' | 'idle';

const shapes: Record<Tone, ComponentChildren> = {
  good: <circle cx="6" cy="6" r="5" />,
  warn: <path d="M6 .8 11.600 11H.4z" />,
  bad: <path d="M3.500.8h5L11.200 3.500v5L8.500 11.200h-5L.8 8.500v-5z" />,
  busy: <path d="M6 1a5 5 0 1 1-5 5h2.200A2.800 2.800 0 1 0 6 3.200z" />,
  idle: <circle cx="6" cy="6" r="4" class="hollow" />,
};

/** A lamp: told apart by shape and by word, not by colour alone. */
export function Lamp({ tone, children }: { tone: Tone; children: ComponentChildren }) {
  return (
    <span class={`lamp ${tone}`}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        {shapes[tone]}
      </svg>
      <span>{children}</span>
    </span>
  );
}

export function Badge({ children, tone = 'idle' }: { children: ComponentChildren; tone?: Tone }) {
  return <span class={`badge ${tone}`}>{children}</span>;
}

/** The head of a page. It takes the focus when the page is new, so that a screen reader begins here. */
export function Heading({
  title,
  tab = title,
  about,
  above,
  children,
}: {
  title: string;
  /** Of the tab, which browsers keep in their history: nothing of a patient. */
  tab?: string;
  about?: ComponentChildren;
  above?: { href: string; text: string };
  children?: ComponentChildren;
}) {
  useEffect(() => {
    document.title = `${tab} – PACS Harvester`;
  }, [tab]);
  return (
    <header class="heading">
      <div>
        {above && (
          <nav aria-label="Up" class="above">
            <a href={above.href}>{above.text}</a>
            <span aria-hidden="true"> /</span>
          </nav>
        )}
        <h1 tabIndex={-1}>{title}</h1>
        {about && <p class="about">{about}</p>}
      </div>
      {children && <div class="actions">{children}</div>}
    </header>
  );
}

export function Panel({
  title,
  children,
  actions,
  class: name = '',
}: {
  title?: string;
  children: ComponentChildren;
  actions?: ComponentChildren;
  class?: string;
}) {
  return (
    <section class={`panel ${name}`} aria-label={title}>
      {(title || actions) && (
        <div class="panel-head">
          {title && <h2>{title}</h2>}
          {actions && <div class="actions">{actions}</div>}
        </div>
      )}
      {children}
    </section>
  );
}

export function Problem({ error, again }: { error: ApiError; again?: () => void }) {
  return (
    <div class="problem" role="alert">
      <Lamp tone="bad">{error.message}</Lamp>
      {error.hint && <p>{error.hint}</p>}
      {again && <button onClick={again}>Try again</button>}
    </div>
  );
}

export function Empty({ children }: { children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

/** What was loaded, or why it was not, or that it is on its way. */
export function Show<T>({ of, children }: { of: Loaded<T>; children: (data: T) => ComponentChildren }) {
  if (of.error && !of.data) return <Problem error={of.error} again={of.reload} />;
  if (!of.data) return <p class="loading">{of.loading ? 'Loading …' : ''}</p>;
  return (
    <>
      {of.error && <Problem error={of.error} again={of.reload} />}
      <div class={of.loading ? 'stale' : undefined}>{children(of.data)}</div>
    </>
  );
}

export function Refresh({ of }: { of: Loaded<unknown> }) {
  return (
    <span class="refresh">
      {of.at && <span class="quiet">as of {moment(of.at.toISOString(), true).slice(11)}</span>}
      <button onClick={of.reload} disabled={of.loading}>
        Refresh
      </button>
    </span>
  );
}

/** A moment, with how long ago it is. */
export function When({ at, brief = false }: { at?: string | null; brief?: boolean }) {
  if (!at) return <span>{nothing}</span>;
  return brief ? (
    <time dateTime={at} title={moment(at, true)}>
      {age(at)}
    </time>
  ) : (
    <time dateTime={at} title={age(at)}>
      {moment(at)}
    </time>
  );
}

/** A UID, a path, an address: text for programs, in a face of its own. */
export function Code({ of }: { of: string }) {
  return <span class="code">{of}</span>;
}

/** Names and values. Those without a value are left out. */
export function Facts({ of, wide = false }: { of: [string, ComponentChildren][]; wide?: boolean }) {
  const shown = of.filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== nothing);
  return (
    <dl class={`facts${wide ? ' wide' : ''}`}>
      {shown.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A number that matters, with what it is of. */
export function Figure({
  value,
  of,
  href,
  tone,
}: {
  value: ComponentChildren;
  of: string;
  href?: string;
  tone?: Tone;
}) {
  const inside = (
    <>
      <span class="value">{value}</span>
      <span class="of">{of}</span>
    </>
  );
  return href ? (
    <a class={`figure ${tone ?? ''}`} href={href}>
      {inside}
    </a>
  ) : (
    <div class={`figure ${tone ?? ''}`}>{inside}</div>
  );
}

/** How far something is. Without `of` the end is not known. */
export function Progress({ label, value, of }: { label: string; value: number; of: number | null }) {
  return (
    <div class="progress">
      <progress aria-label={label} value={of ? value : undefined} max={of || undefined} />
      <span>{label}</span>
    </div>
  );
}

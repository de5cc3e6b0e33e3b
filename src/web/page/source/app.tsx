/** The whole page: who the reader is, where they are, and what stands beside every page. */
import { useEffect, useState } from 'preact/hooks';
import { ApiError, get, setToken, token, whenRefused } from './api/client.ts';
import { Problem } from './parts/basics.tsx';
import { Choice, TextField } from './parts/forms.tsx';
import { match, usePlace } from './router.ts';
import {
  dismiss,
  listenToNotices,
  setTheme,
  theme,
  SessionContext,
  type Notice,
  type Session,
  type Theme,
} from './state.ts';
import { menu, routes } from './routes.tsx';

export function App() {
  const [session, setSession] = useState<Session | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const [wrong, setWrong] = useState(false);
  const begin = async () => {
    setError(null);
    try {
      setSession(await get<Session>('/session'));
      setWrong(false);
    } catch (failure) {
      const refused = failure as ApiError;
      if (refused.status !== 401) return setError(refused);
      setWrong(token() !== '');
      setSession({ version: '', role: 'none', name: '', token_required: true });
    }
  };
  useEffect(() => {
    whenRefused(() => setSession((last) => last && { ...last, role: 'none', token_required: true }));
    void begin();
  }, []);
  if (error) return <Gate>{<Problem error={error} again={begin} />}</Gate>;
  if (!session) return <Gate>{<p class="loading">Loading …</p>}</Gate>;
  if (session.role === 'none')
    return (
      <Gate>
        <TokenForm wrong={wrong} onToken={(value) => (setToken(value), void begin())} />
      </Gate>
    );
  return (
    <SessionContext.Provider value={session}>
      <Shell session={session} onToken={(value) => (setToken(value), void begin())} />
    </SessionContext.Provider>
  );
}

function Brand() {
  return (
    <>
      <img src="/icon.svg" width="28" height="28" alt="" />
      <span>PACS Harvester</span>
    </>
  );
}

function Gate({ children }: { children: preact.ComponentChildren }) {
  return (
    <main class="gate">
      <div class="panel">
        <h1 class="brand">
          <Brand />
        </h1>
        {children}
      </div>
    </main>
  );
}

function TokenForm({ wrong, onToken }: { wrong: boolean; onToken: (value: string) => void }) {
  const [value, setValue] = useState('');
  useEffect(() => {
    document.title = 'Token – PACS Harvester';
  }, []);
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault();
        if (value.trim()) onToken(value.trim());
      }}
    >
      <p>This daemon asks for a token. Tokens and their roles stand in its site file, under http.tokens.</p>
      {wrong && (
        <p class="warning" role="alert">
          That token is not known, or it may not do this.
        </p>
      )}
      <TextField
        label="Token"
        type="password"
        value={value}
        onValue={setValue}
        hint="Kept in this tab until it is closed, and sent to this daemon only."
      />
      <div class="buttons">
        <button class="primary" type="submit">
          Enter
        </button>
      </div>
    </form>
  );
}

function Shell({ session, onToken }: { session: Session; onToken: (value: string) => void }) {
  const place = usePlace();
  const [said, say] = useState('');
  useEffect(() => {
    const main = document.getElementById('main')!;
    const moved = document.documentElement.dataset.moved;
    if (moved !== undefined && moved !== place.path) {
      scrollTo(0, 0);
      main.querySelector('h1')?.focus({ preventScroll: true });
      setTimeout(() => say(document.title));
    }
    document.documentElement.dataset.moved = place.path;
  }, [place.path]);
  return (
    <>
      <a
        class="skip"
        href="#main"
        onClick={(event) => (event.preventDefault(), document.querySelector<HTMLElement>('main h1')?.focus())}
      >
        Skip to the content
      </a>
      <div class="shell">
        <Side session={session} path={place.path} onToken={onToken} />
        <main id="main">
          <Page path={place.path} />
        </main>
      </div>
      <p class="unseen" role="status">
        {said}
      </p>
      <Notices />
    </>
  );
}

function Page({ path }: { path: string }) {
  for (const [pattern, Content] of routes) {
    const values = match(pattern, path);
    if (values)
      return (
        <div class="page" key={path}>
          <Content {...values} />
        </div>
      );
  }
  return (
    <div class="page">
      <h1 tabIndex={-1}>There is no such page</h1>
      <p>
        <a href="/">Go home</a>
      </p>
    </div>
  );
}

function Side({ session, path, onToken }: { session: Session; path: string; onToken: (value: string) => void }) {
  const [look, setLook] = useState<Theme>(theme());
  const current = (href: string) => (href === '/' ? path === '/' : path === href || path.startsWith(href + '/'));
  return (
    <div class="side">
      <div>
        <a class="brand" href="/">
          <Brand />
        </a>
        <nav aria-label="Pages">
          {menu.map(([title, entries]) => (
            <div key={title}>
              {title && <h2>{title}</h2>}
              <ul>
                {entries.map(([href, text]) => (
                  <li key={href}>
                    <a href={href} aria-current={current(href) ? 'page' : undefined}>
                      {text}
                    </a>
                  </li>
                ))}
              </ul>
            </div>
          ))}
        </nav>
        <footer>
          <Choice
            label="Colours"
            value={look}
            options={[
              ['auto', 'As the system'],
              ['light', 'Light'],
              ['dark', 'Dark'],
            ]}
            onValue={(value) => (setTheme(value as Theme), setLook(value as Theme))}
          />
          <span>
            Role: {session.role}
            {session.name && ` (${session.name})`}
          </span>
          {token() && <button onClick={() => onToken('')}>Forget the token</button>}
          <span>Version {session.version}</span>
        </footer>
      </div>
    </div>
  );
}

function Notices() {
  const [notices, set] = useState<Notice[]>([]);
  useEffect(() => listenToNotices(set), []);
  return (
    <div class="notices" role="status" aria-live="polite">
      {notices.map((notice) => (
        <div key={notice.id} class={`notice ${notice.kind}`}>
          <div>
            <p>{notice.text}</p>
            {notice.hint && <p>{notice.hint}</p>}
          </div>
          <button class="plain" aria-label={`Close: ${notice.text}`} onClick={() => dismiss(notice.id)}>
            Close
          </button>
        </div>
      ))}
    </div>
  );
}

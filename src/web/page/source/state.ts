/** What components share: loading, who the reader is, what is said aloud, light or dark. */
import { createContext } from 'preact';
import { useCallback, useContext, useEffect, useRef, useState } from 'preact/hooks';
import { ApiError } from './api/client.ts';

export interface Loaded<T> {
  data: T | null;
  error: ApiError | null;
  loading: boolean;
  at: Date | null;
  reload: () => void;
}

/**
 * Loads when `key` changes or reload() is called. What was loaded stays while it is loaded anew, so nothing jumps and
 * the focus stays where it is.
 */
export function useLoad<T>(key: string | null, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [state, set] = useState({
    key: '',
    data: null as T | null,
    error: null as ApiError | null,
    at: null as Date | null,
  });
  const [loading, setLoading] = useState(true);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    if (key === null) {
      setLoading(false);
      return;
    }
    const stop = new AbortController();
    setLoading(true);
    load(stop.signal)
      .then((data) => stop.signal.aborted || set({ key, data, error: null, at: new Date() }))
      .catch((failure) => {
        if (stop.signal.aborted) return;
        const error = failure instanceof ApiError ? failure : new ApiError(0, String(failure?.message ?? failure));
        set((last) => ({ ...last, key, data: last.key === key ? last.data : null, error }));
      })
      .finally(() => stop.signal.aborted || setLoading(false));
    return () => stop.abort();
  }, [key, turn]);
  const reload = useCallback(() => setTurn((last) => last + 1), []);
  return { data: state.data, error: state.error, at: state.at, loading, reload };
}

/** Calls `call` every so many seconds while the page is seen. */
export function useEvery(seconds: number, call: () => void, active = true) {
  const latest = useRef(call);
  latest.current = call;
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => document.visibilityState === 'visible' && latest.current(), seconds * 1000);
    return () => clearInterval(timer);
  }, [seconds, active]);
}

/** Each role may what those before it may. */
export const roles = ['none', 'view', 'operate', 'patient'];

export interface Session {
  version: string;
  role: string;
  name: string;
  token_required: boolean;
}

export const SessionContext = createContext<Session>({ version: '', role: 'none', name: '', token_required: false });

export function useMay(role: 'view' | 'operate' | 'patient'): boolean {
  return roles.indexOf(useContext(SessionContext).role) >= roles.indexOf(role);
}

// What is told to everybody, also to a screen reader.
export interface Notice {
  id: number;
  kind: 'good' | 'bad';
  text: string;
  hint?: string;
}
type NoticeListener = (notices: Notice[]) => void;
let notices: Notice[] = [];
let lastNotice = 0;
let noticeListener: NoticeListener = () => {};

export function listenToNotices(listener: NoticeListener) {
  noticeListener = listener;
}

export function tell(text: string, kind: Notice['kind'] = 'good', hint = '') {
  const notice = { id: ++lastNotice, kind, text, hint };
  notices = [...notices.slice(-2), notice];
  noticeListener(notices);
  if (kind === 'good') setTimeout(() => dismiss(notice.id), 8000);
}

export function dismiss(id: number) {
  notices = notices.filter((each) => each.id !== id);
  noticeListener(notices);
}

/** Runs an action; says what came of it. True: it was taken. */
export async function attempt<T>(action: () => Promise<T>, done: string | ((value: T) => string)): Promise<boolean> {
  try {
    const value = await action();
    const text = typeof done === 'string' ? done : done(value);
    if (text) tell(text);
    return true;
  } catch (failure) {
    const error = failure as ApiError;
    tell(error.message, 'bad', error.hint);
    return false;
  }
}

// Light or dark.
export type Theme = 'auto' | 'light' | 'dark';
const themeKey = 'harvester-theme';

export function theme(): Theme {
  try {
    const value = localStorage.getItem(themeKey);
    return value === 'light' || value === 'dark' ? value : 'auto';
  } catch {
    return 'auto';
  }
}

export function setTheme(value: Theme) {
  try {
    if (value === 'auto') localStorage.removeItem(themeKey);
    else localStorage.setItem(themeKey, value);
  } catch {
    // Not kept then.
  }
  applyTheme(value);
}

export function applyTheme(value = theme()) {
  if (value === 'auto') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = value;
}

/** What is typed into a filter and must not go into the address: kept while the page is open, and no longer. */
const privateValues = new Map<string, string>();

export function usePrivate(name: string): [string, (value: string) => void] {
  const [value, set] = useState(privateValues.get(name) ?? '');
  return [
    value,
    (next) => {
      privateValues.set(name, next);
      set(next);
    },
  ];
}

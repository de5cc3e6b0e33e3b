/** Where the page is: path and query of the address. No patient data ever goes in here. */
import { useEffect, useState } from 'preact/hooks';

export interface Place {
  path: string;
  query: URLSearchParams;
}

type Listener = () => void;
const listeners = new Set<Listener>();

export function here(): Place {
  return { path: location.pathname.replace(/\/+$/, '') || '/', query: new URLSearchParams(location.search) };
}

function tell() {
  for (const listener of [...listeners]) listener();
}

/** Goes to an address of this page. `replace`: the last one is not kept in the history. */
export function go(address: string, replace = false) {
  if (address === location.pathname + location.search) return tell();
  if (replace) history.replaceState(null, '', address);
  else history.pushState(null, '', address);
  tell();
}

/** The address with some parameters changed; null or '' takes one out. */
export function withQuery(change: Record<string, string | number | boolean | null | undefined>, base = here()): string {
  const query = new URLSearchParams(base.query);
  for (const [name, value] of Object.entries(change)) {
    if (value === null || value === undefined || value === '' || value === false) query.delete(name);
    else query.set(name, value === true ? '1' : String(value));
  }
  const text = query.toString();
  return base.path + (text ? '?' + text : '');
}

export function setQuery(change: Parameters<typeof withQuery>[0], replace = false) {
  go(withQuery(change), replace);
}

export function usePlace(): Place {
  const [place, set] = useState(here);
  useEffect(() => {
    const listener = () => set(here());
    listeners.add(listener);
    addEventListener('popstate', listener);
    return () => {
      listeners.delete(listener);
      removeEventListener('popstate', listener);
    };
  }, []);
  return place;
}

/** Clicks on links of this page are followed without loading it anew. */
export function followLinks() {
  document.addEventListener('click', (event) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = (event.target as Element | null)?.closest?.('a[href]') as HTMLAnchorElement | null;
    if (!link || link.origin !== location.origin || link.target || link.hasAttribute('download')) return;
    if (link.pathname.startsWith('/api/') || link.pathname === '/metrics' || link.getAttribute('href')!.startsWith('#'))
      return;
    event.preventDefault();
    go(link.pathname + link.search);
  });
}

/** Values of the pattern's ":names" in a path, or null where it does not fit. */
export function match(pattern: string, path: string): Record<string, string> | null {
  const wanted = pattern.split('/');
  const given = path.split('/');
  if (wanted.length !== given.length) return null;
  const values: Record<string, string> = {};
  for (let i = 0; i < wanted.length; ++i) {
    if (wanted[i].startsWith(':')) {
      try {
        values[wanted[i].slice(1)] = decodeURIComponent(given[i]);
      } catch {
        return null;
      }
    } else if (wanted[i] !== given[i]) return null;
  }
  return values;
}

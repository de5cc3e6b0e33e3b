/** Speaks to the daemon. The token lives in sessionStorage: it ends with the tab. */

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly hint = '',
    readonly kind = '',
  ) {
    super(message);
  }
}

const tokenKey = 'harvester-token';
let onRefused: () => void = () => {};

export function token(): string {
  try {
    return sessionStorage.getItem(tokenKey) ?? '';
  } catch {
    return '';
  }
}

export function setToken(value: string) {
  if (value) sessionStorage.setItem(tokenKey, value);
  else sessionStorage.removeItem(tokenKey);
}

/** Called whenever the daemon answers 401. */
export function whenRefused(call: () => void) {
  onRefused = call;
}

export interface Ask {
  method?: string;
  body?: unknown;
  signal?: AbortSignal;
}

/** The answer, if it is a good one; throws ApiError where the daemon refuses or cannot be reached. */
export async function ask(path: string, { method = 'GET', body, signal }: Ask = {}): Promise<Response> {
  const headers: Record<string, string> = { Accept: 'application/json, text/event-stream' };
  if (token()) headers.Authorization = `Bearer ${token()}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  let answer: Response;
  try {
    answer = await fetch('/api/v1' + path, {
      method,
      headers,
      signal,
      body: body === undefined ? undefined : JSON.stringify(body),
      cache: 'no-store',
      credentials: 'omit',
    });
  } catch (failure) {
    if (signal?.aborted) throw failure;
    throw new ApiError(0, 'The daemon does not answer.', 'Is `harvester serve` running, and is the network up?');
  }
  if (answer.ok) return answer;
  if (answer.status === 401) onRefused();
  throw await refusal(answer);
}

const hints: Record<number, string> = {
  401: 'A token is needed, or the one given is not known.',
  403: 'The token in use may not do this.',
};

async function refusal(answer: Response): Promise<ApiError> {
  let message = '';
  let kind = '';
  try {
    const body = await answer.json();
    message = String(body.error ?? '');
    kind = String(body.kind ?? '');
  } catch {
    // No JSON: the status has to do.
  }
  return new ApiError(
    answer.status,
    message || `The daemon answered ${answer.status}.`,
    hints[answer.status] ?? '',
    kind,
  );
}

export async function get<T = any>(path: string, signal?: AbortSignal): Promise<T> {
  return (await ask(path, { signal })).json();
}

export async function post<T = any>(path: string, body: unknown = {}, signal?: AbortSignal): Promise<T> {
  const text = await (await ask(path, { method: 'POST', body, signal })).text();
  return text ? JSON.parse(text) : ({} as T);
}

/** "?a=1&b=2" of what is given. */
export function queryOf(values: Record<string, string | number | boolean | string[] | null | undefined>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    if (Array.isArray(value)) for (const each of value) query.append(name, each);
    else if (value !== undefined && value !== null && value !== '' && value !== false) query.set(name, String(value));
  const text = query.toString();
  return text ? '?' + text : '';
}

/** Saves what the daemon answers as a file. */
export async function download(path: string, name: string, request: Ask = {}) {
  const answer = await ask(path, request);
  const given = /filename="?([^";]+)"?/.exec(answer.headers.get('Content-Disposition') ?? '')?.[1];
  save(await answer.blob(), given ?? name);
}

export function save(content: Blob, name: string) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

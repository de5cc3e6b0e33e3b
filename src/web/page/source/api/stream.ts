/** Server-sent events read with fetch, so that the token goes into a header and never into an address. */
import { ask } from './client.ts';

export interface StreamEvent {
  id: string;
  event: string;
  data: string;
}

/** Takes text as it comes and gives the events that are complete. */
export class EventParser {
  private rest = '';
  private held = ''; // a CR at the end: perhaps half of a line's end

  take(text: string): StreamEvent[] {
    const all = this.held + text;
    this.held = all.endsWith('\r') ? '\r' : '';
    this.rest += all.slice(0, all.length - this.held.length).replace(/\r\n?/g, '\n');
    const events: StreamEvent[] = [];
    for (let end = this.rest.indexOf('\n\n'); end >= 0; end = this.rest.indexOf('\n\n')) {
      const event = this.parse(this.rest.slice(0, end));
      this.rest = this.rest.slice(end + 2);
      if (event) events.push(event);
    }
    return events;
  }

  private parse(block: string): StreamEvent | null {
    const event: StreamEvent = { id: '', event: 'message', data: '' };
    const data: string[] = [];
    for (const line of block.split('\n')) {
      if (line.startsWith(':')) continue;
      const colon = line.indexOf(':');
      const name = colon < 0 ? line : line.slice(0, colon);
      const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
      if (name === 'data') data.push(value);
      else if (name === 'event') event.event = value;
      else if (name === 'id') event.id = value;
    }
    event.data = data.join('\n');
    return data.length ? event : null;
  }
}

/**
 * Follows a stream until it ends or `signal` says stop. Broken lines are taken up again, slower each time. `onEvent` gets
 * each event's JSON; returning true ends it.
 */
export async function follow(path: string, onEvent: (event: any) => boolean | void, signal: AbortSignal) {
  for (let wait = 1000; !signal.aborted; wait = Math.min(wait * 2, 30_000)) {
    try {
      const answer = await ask(path, { signal });
      wait = 1000;
      if (await readAll(answer, onEvent)) return;
    } catch (failure) {
      if (signal.aborted) return;
      const status = (failure as any).status;
      if (status >= 400 && status < 500) throw failure;
    }
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

async function readAll(answer: Response, onEvent: (event: any) => boolean | void): Promise<boolean> {
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  const parser = new EventParser();
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return false;
    for (const event of parser.take(value)) {
      if (onEvent(JSON.parse(event.data))) {
        reader.cancel().catch(() => {});
        return true;
      }
    }
  }
}

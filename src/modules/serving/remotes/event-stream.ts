/**
 * Reads server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation):
 * gives the `data` of each, its lines joined by line feeds. Other fields and comments are passed over, and so is an event
 * that the stream's end cuts off. Throws RangeError for an event of over `bytesMax` bytes. Each byte is looked at once,
 * however small the parts.
 */
export async function* readEvents(
  parts: AsyncIterable<Uint8Array>,
  options: { bytesMax: number },
): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder('utf-8');
  /** Pieces of the line that has not ended. */
  let open: string[] = [];
  let data: string[] = [];
  let held = 0;
  let afterReturn = false;
  for await (const part of parts) {
    const text = decoder.decode(part, { stream: true });
    if (text === '') continue;
    const [first = '', ...others] = (afterReturn ? text.replace(/^\n/, '') : text).split(breaks);
    afterReturn = text.endsWith('\r');
    open.push(first);
    held += first.length;
    for (const next of others) {
      const line = open.join('');
      open = [next];
      held += next.length;
      if (line === '') {
        if (data.length > 0) yield data.join('\n');
        data = [];
        held = next.length;
      } else if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5));
      else if (line === 'data') data.push('');
    }
    if (held > options.bytesMax) throw new RangeError('an event is too long');
  }
}

const breaks = /\r\n|\n|\r/;

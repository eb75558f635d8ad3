/** Parses a complete stream as the HTML standard specifies, independently of the tested code. */
export function parseByStandard(stream: Uint8Array): { event: string; data: string }[] {
  const lines = new TextDecoder().decode(stream).split(/\r\n|\n|\r/);
  lines.pop(); // The text after the last line end is an incomplete line.
  const events: { event: string; data: string }[] = [];
  let event = '';
  let data: string[] = [];
  for (const line of lines) {
    if (line === '') {
      if (data.length > 0) events.push({ event: event || 'message', data: data.join('\n') });
      event = '';
      data = [];
      continue;
    }
    const colon = line.indexOf(':');
    if (colon === 0) continue;
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'data') data.push(value);
    if (field === 'event') event = value;
  }
  return events;
}

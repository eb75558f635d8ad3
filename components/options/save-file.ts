/** Hands a text to the browser as a file to save. Needs no permission, and nothing leaves the machine. */
export function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser reads it after the click; a minute is more than that takes.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

/** Sends a request to the demo's backend. Returns what went wrong, in words, or `null`. */
export async function send(
  method: 'POST' | 'PUT' | 'DELETE',
  path: string,
): Promise<string | null> {
  try {
    const response = await fetch(path, { method });
    if (response.ok) return null;
    return (await response.text()) || `The server answered ${response.status}.`;
  } catch {
    return 'The server did not answer. Is “npm run demo” still running?';
  }
}

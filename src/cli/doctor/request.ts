/** What a server answered, as far as a check may look at it. */
export interface Answer {
  status: number;
  headers: Headers;
  /** At most {@link MAX_BYTES}; `null` where there was more. */
  text: string | null;
  durationMs: number;
}

/** An identity is a few hundred bytes, and the entitlements of a customer some kilobytes. */
const MAX_BYTES = 1_000_000;

/** Why a server did not answer, in words that hold nothing of the request. */
export class NoAnswer extends Error {}

async function readText(response: Response): Promise<string | null> {
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  // Iterable in Node; the DOM's types do not say so.
  const body = response.body as unknown as AsyncIterable<Uint8Array> | null;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MAX_BYTES) return null; // leaving the loop cancels the rest
    text += decoder.decode(chunk, { stream: true });
  }
  return text;
}

/** One request. Redirects are not followed: where one leads to is part of the answer. */
export async function request(
  url: URL,
  { headers, method = 'GET', timeoutMs }: { headers: Headers; method?: string; timeoutMs: number },
): Promise<Answer> {
  const start = performance.now();
  try {
    const response = await fetch(url, {
      method,
      headers,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const text = await readText(response);
    const durationMs = Math.round(performance.now() - start);
    return { status: response.status, headers: response.headers, text, durationMs };
  } catch (error) {
    if ((error as Error).name === 'TimeoutError') {
      throw new NoAnswer(`no answer in ${timeoutMs} ms`);
    }
    const { code } = ((error as Error).cause ?? {}) as { code?: string };
    throw new NoAnswer(`no connection${code ? ` (${code})` : ''}`);
  }
}

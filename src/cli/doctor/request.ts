/** The part of a server's answer that checks may read. */
export interface Answer {
  status: number;
  headers: Headers;
  /** At most {@link MAX_BYTES}; `null` if there was more. */
  text: string | null;
  durationMs: number;
}

/** An identity is a few hundred bytes, and the entitlements of a customer some kilobytes. */
const MAX_BYTES = 1_000_000;

/** Why a server did not answer, and what to do. Quotes nothing of the request. */
export class NoAnswer extends Error {
  constructor(
    message: string,
    readonly advice: string,
  ) {
    super(message);
  }
}

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

const UNKNOWN_ISSUER =
  /^(DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_(GET_ISSUER_CERT(_LOCALLY)?|VERIFY_LEAF_SIGNATURE)|CERT_UNTRUSTED)$/;

function explain(error: unknown): NoAnswer {
  const { code } = ((error as { cause?: unknown }).cause ?? {}) as { code?: unknown };
  const name = typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,50}$/.test(code) ? code : '';
  const message = `no connection${name ? ` (${name})` : ''}`;
  if (UNKNOWN_ISSUER.test(name)) {
    return new NoAnswer(
      message,
      "Node does not know who signed the certificate. If it is your company's own, set NODE_EXTRA_CA_CERTS to the file of its authority; browsers trust it by other means.",
    );
  }
  if (/^(CERT_|ERR_TLS_|ERR_SSL_|EPROTO)/.test(name)) {
    return new NoAnswer(message, 'The certificate is not valid for this host, or not any more.');
  }
  if (name === 'ENOTFOUND' || name === 'EAI_AGAIN') {
    return new NoAnswer(message, 'Is the host name right, and known on this machine?');
  }
  if (name === 'UND_ERR_SOCKET' || name === 'ECONNRESET') {
    return new NoAnswer(message, 'The server hung up: see its log.');
  }
  return new NoAnswer(message, 'Is it running, and the URL right?');
}

interface Request {
  headers: Headers;
  method?: string | undefined;
  body?: string | undefined;
  timeoutMs: number;
}

/** One request. Redirects are not followed, because their target is part of the answer. */
export async function request(
  url: URL,
  { headers, method = 'GET', body, timeoutMs }: Request,
): Promise<Answer> {
  const start = performance.now();
  const controller = new AbortController();
  // A timer of its own, which keeps the process alive: a server that hangs up at a bad moment leaves a
  // body that never ends, and nothing else to wait for.
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new NoAnswer(
          `no answer in ${timeoutMs} ms`,
          'Is it running? If it is slow, raise --timeout.',
        ),
      );
      controller.abort();
    }, timeoutMs);
  });
  const answer = async (): Promise<Answer> => {
    const response = await fetch(url, {
      method,
      headers,
      redirect: 'manual',
      signal: controller.signal,
      ...(body !== undefined && { body }),
    });
    const text = await readText(response);
    const durationMs = Math.round(performance.now() - start);
    return { status: response.status, headers: response.headers, text, durationMs };
  };
  try {
    return await Promise.race([answer(), deadline]);
  } catch (error) {
    throw error instanceof NoAnswer ? error : explain(error);
  } finally {
    clearTimeout(timer);
  }
}

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
      'Node does not know who signed the certificate. If your company signed it, set NODE_EXTRA_CA_CERTS to the certificate file of its authority. Browsers know that authority from elsewhere.',
    );
  }
  if (/^(CERT_|ERR_TLS_|ERR_SSL_|EPROTO)/.test(name)) {
    return new NoAnswer(message, 'The certificate is not valid for this host, or has expired.');
  }
  if (name === 'ENOTFOUND' || name === 'EAI_AGAIN') {
    return new NoAnswer(message, 'Check the host name, and that this machine can resolve it.');
  }
  if (name === 'UND_ERR_SOCKET' || name === 'ECONNRESET') {
    return new NoAnswer(message, 'The server closed the connection. Look in its log.');
  }
  return new NoAnswer(message, 'Check that the server is running, and that the URL is right.');
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
  // This timer keeps the process alive. If a server closes the connection at a bad moment, the body never ends, and
  // nothing else keeps the process alive.
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        new NoAnswer(
          `no answer in ${timeoutMs} ms`,
          'Check that the server is running. If it is slow, raise --timeout.',
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

import { HardenedStiggError } from '../errors';
import type { Identity } from '../types';
import { withDeadline } from '../with-deadline';
import { parseIdentity } from './parse';

/** Options of {@link fetchIdentity}: everything `fetch` takes, and two more. */
export interface FetchIdentityInit extends RequestInit {
  /** Milliseconds until `identity_timeout`. Left out: as long as `fetch` waits, or the provider's own `timeoutMs`. */
  timeoutMs?: number | undefined;
  /** Picks the identity out of another response shape; `null` means that nobody is signed in. */
  // biome-ignore lint/suspicious/noExplicitAny: its shape is the caller's to know
  select?: ((body: any) => unknown) | undefined;
}

/** The server's own clock in epoch milliseconds; `NaN` if the answer does not have it. */
const serverTime = ({ headers }: Response) => Date.parse(`${headers.get('Date')}`);

/** `Retry-After` in milliseconds, from delta-seconds or an HTTP date (RFC 9110, section 10.2.3). */
function retryAfterMs(response: Response): number | undefined {
  const value = `${response.headers.get('Retry-After')}`;
  const ms = /^\d+$/.test(value)
    ? +value * 1000
    : // Every form of a date has a time of day. What has none, such as 3600.5, would be read as a year.
      Date.parse(value.includes(':') ? value : '') - (serverTime(response) || Date.now());
  return ms >= 0 ? ms : undefined;
}

/** Whether an error of `fetch` quotes neither a URL nor a header. */
const isHarmless = (cause: unknown) => cause instanceof Error && !/[:?@"]/.test(cause.message);

const originOf = (url: string | URL) =>
  new URL(url, typeof document === 'undefined' ? undefined : document.baseURI).origin;

/** Says what came in place of JSON. */
function notJson({ headers }: Response): string {
  const type = /^[\w.+/-]{1,40}/.exec(headers.get('Content-Type') ?? '')?.[0];
  if (!type) return ', and its answer has no Content-Type.';
  if (type.endsWith('json')) return ', and its answer is broken.';
  return `, not ${type}${type.endsWith('html') ? ': a login page?' : '.'}`;
}

/** An answer, and its body, which has been read. */
export type Answer = readonly [response: Response, text: string];

/**
 * Reads an answer of the identity endpoint.
 *
 * @throws HardenedStiggError `identity_unreachable`
 */
export async function readAnswer(answer: Promise<Response>): Promise<Answer> {
  try {
    const response = await answer;
    return [response, await response.text()];
  } catch (cause) {
    throw new HardenedStiggError(
      'identity_unreachable',
      'The identity endpoint cannot be reached: check its URL, the network and CORS.',
      { retryable: true, cause: isHarmless(cause) ? cause : undefined },
    );
  }
}

/**
 * Makes an identity of what the endpoint answered; `null` for nobody.
 *
 * @throws HardenedStiggError
 */
export function identityIn(
  [response, text]: Answer,
  requested: string | URL,
  select?: FetchIdentityInit['select'],
): Identity | null {
  const { status, url } = response;
  if (response.redirected && new URL(url).origin !== originOf(requested)) {
    throw new HardenedStiggError(
      'identity_invalid',
      'The identity endpoint redirected to another origin, so its answer is not used. Answer 401 in place of a redirect.',
      { status },
    );
  }
  if (status === 401 || status === 204) return null;
  if (!response.ok) {
    throw new HardenedStiggError(
      'identity_http_error',
      `The identity endpoint answered ${status}: check its log.`,
      {
        status,
        retryable: status >= 500 || [408, 425, 429].includes(status),
        retryAfterMs: retryAfterMs(response),
      },
    );
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // No cause here: the parser's message quotes the body, and with it perhaps the token.
    throw new HardenedStiggError(
      'identity_invalid',
      `The identity endpoint must give JSON${notJson(response)}`,
      { status },
    );
  }
  if (select) {
    try {
      body = select(body);
    } catch {
      // No cause here either: it may quote the body.
      throw new HardenedStiggError(
        'identity_invalid',
        'select() failed: it threw for what the identity endpoint gave.',
      );
    }
  }
  const identity = parseIdentity(body, 'the answer of the identity endpoint');
  const now = serverTime(response);
  // A lifetime is the difference of two times of the server, whatever the clock here says.
  if (identity?.expiresAt != null && identity.expiresIn == null && now) {
    // What is over has 0 left: a negative lifetime would be a mistake of another kind.
    identity.expiresIn = Math.max(new Date(identity.expiresAt).getTime() - now, 0) / 1000;
  }
  return identity;
}

/**
 * Requests who is signed in from an identity endpoint. This is what the provider does with a URL; call it from
 * an identity function of your own to add a bearer header or read another response shape.
 *
 * Defaults: `GET`, `credentials: 'include'`, `cache: 'no-store'`, `Accept: application/json`.
 *
 * @param url the identity endpoint
 * @param init what `fetch` takes, and `timeoutMs` (milliseconds) and `select`
 * @returns the identity, or `null` when the endpoint answered 401, 204 or `null`
 * @throws HardenedStiggError for every failure; the signal's own reason when `init.signal` aborts
 * @example
 * ```ts
 * identityEndpoint={({ signal }) =>
 *   fetchIdentity('/api/identity', { signal, headers: { Authorization: `Bearer ${jwt}` } })}
 * ```
 */
export function fetchIdentity(
  url: string | URL,
  { timeoutMs, select, headers, signal: parent, ...init }: FetchIdentityInit = {},
): Promise<Identity | null> {
  return withDeadline(
    parent,
    timeoutMs,
    async (signal) => {
      let allHeaders: Headers;
      try {
        allHeaders = new Headers(headers);
      } catch {
        // The error that is thrown here quotes the header.
        throw new HardenedStiggError(
          'identity_invalid',
          'A header given to fetchIdentity() cannot be sent: check it for line breaks.',
        );
      }
      if (!allHeaders.has('Accept')) allHeaders.set('Accept', 'application/json');
      const answer = fetch(url, {
        credentials: 'include',
        cache: 'no-store',
        ...init,
        headers: allHeaders,
        signal,
      });
      return identityIn(await readAnswer(answer), url, select);
    },
    () => identityTimeout(timeoutMs),
  );
}

export const identityTimeout = (ms: number | undefined) =>
  new HardenedStiggError(
    'identity_timeout',
    `The identity endpoint gave no answer in ${ms} ms: check it, or raise timeoutMs.`,
    { retryable: true },
  );

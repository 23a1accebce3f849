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

/** The server's own clock in epoch milliseconds; `NaN` where it did not come along. */
const serverTime = ({ headers }: Response) => Date.parse(`${headers.get('Date')}`);

/** `Retry-After` in milliseconds, from delta-seconds or an HTTP date (RFC 9110, section 10.2.3). */
function retryAfterMs(response: Response): number | undefined {
  const value = `${response.headers.get('Retry-After')}`;
  const ms = /^\d+$/.test(value)
    ? +value * 1000
    : Date.parse(value) - (serverTime(response) || Date.now());
  return ms >= 0 ? ms : undefined;
}

/**
 * Makes an identity of what the endpoint answered; `null` for nobody.
 *
 * @throws HardenedStiggError
 */
export async function readIdentity(
  answer: Promise<Response>,
  select?: FetchIdentityInit['select'],
): Promise<Identity | null> {
  let response: Response;
  let text: string;
  try {
    response = await answer;
    text = await response.text();
  } catch (cause) {
    throw new HardenedStiggError(
      'identity_unreachable',
      'The identity endpoint cannot be reached: check its URL, the network and CORS.',
      { retryable: true, cause },
    );
  }
  const { status } = response;
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
      `The identity endpoint must give JSON, not ${response.headers.get('Content-Type')}: a login page?`,
      { status },
    );
  }
  if (select) {
    try {
      body = select(body);
    } catch (cause) {
      throw new HardenedStiggError('identity_invalid', 'select() failed: see the cause.', {
        cause,
      });
    }
  }
  const identity = parseIdentity(body);
  const now = serverTime(response);
  // A lifetime is the difference of two times of the server, whatever the clock here says.
  if (identity?.expiresAt != null && identity.expiresIn == null && now) {
    identity.expiresIn = (new Date(identity.expiresAt).getTime() - now) / 1000;
  }
  return identity;
}

/**
 * Asks an identity endpoint who is signed in. This is what the provider does with a URL; call it from
 * an identity function of your own to add a bearer header or read another response shape.
 *
 * Defaults: `GET`, `credentials: 'include'`, `cache: 'no-store'`, `Accept: application/json`.
 *
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
    (signal) => {
      const allHeaders = new Headers(headers);
      if (!allHeaders.has('Accept')) allHeaders.set('Accept', 'application/json');
      const answer = fetch(url, {
        credentials: 'include',
        cache: 'no-store',
        ...init,
        headers: allHeaders,
        signal,
      });
      return readIdentity(answer, select);
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

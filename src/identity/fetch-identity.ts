import { HardenedStiggError } from '../errors';
import type { Identity } from '../types';
import { withDeadline } from '../with-deadline';
import { parseIdentity } from './parse-identity';

/** Options of {@link fetchIdentity}: everything `fetch` takes, and two more. */
export interface FetchIdentityInit extends RequestInit {
  /** Milliseconds until `identity_timeout`. Left out: as long as `fetch` waits, or the provider's own `timeoutMs`. */
  timeoutMs?: number | undefined;
  /** Picks the identity out of another response shape; `null` means that nobody is signed in. */
  // biome-ignore lint/suspicious/noExplicitAny: its shape is the caller's to know
  select?: ((body: any) => unknown) | undefined;
}

/** `Retry-After` in milliseconds, from delta-seconds or an HTTP date (RFC 9110, section 10.2.3). */
function retryAfterMs({ headers }: Response): number | undefined {
  const value = headers.get('Retry-After');
  if (!value) return undefined;
  // A date is the server's, so it is read against the server's own clock where that came along.
  const now = Date.parse(headers.get('Date') ?? '') || Date.now();
  const ms = /^\d+$/.test(value) ? +value * 1000 : Date.parse(value) - now;
  return ms >= 0 ? ms : undefined;
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
    async (signal) => {
      const unreachable = (cause: unknown) =>
        new HardenedStiggError(
          'identity_unreachable',
          'The identity endpoint could not be reached. Check its URL, the network and, from another origin, its CORS headers.',
          { retryable: true, cause },
        );
      const allHeaders = new Headers(headers);
      if (!allHeaders.has('Accept')) allHeaders.set('Accept', 'application/json');
      let response: Response;
      let text: string;
      try {
        response = await fetch(url, {
          credentials: 'include',
          cache: 'no-store',
          ...init,
          headers: allHeaders,
          signal,
        });
        text = await response.text();
      } catch (cause) {
        throw unreachable(cause);
      }
      const { status } = response;
      if (status === 401 || status === 204) return null;
      if (!response.ok) {
        throw new HardenedStiggError(
          'identity_http_error',
          `The identity endpoint answered ${status}. Look into its log for why.`,
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
          `The identity endpoint must answer JSON, but its content type is ${response.headers.get('Content-Type')}. A login page?`,
          { status },
        );
      }
      if (select) {
        try {
          body = select(body);
        } catch (cause) {
          throw new HardenedStiggError('identity_invalid', 'select() threw on the answer.', {
            cause,
          });
        }
      }
      return parseIdentity(body);
    },
    () => identityTimeout(timeoutMs),
  );
}

export const identityTimeout = (ms: number | undefined) =>
  new HardenedStiggError(
    'identity_timeout',
    `The identity endpoint did not answer within ${ms} ms. Make it faster, or raise timeoutMs.`,
    { retryable: true },
  );

import { HardenedStiggError } from '../errors';
import type { Identity, IdentityEndpoint } from '../types';
import { withDeadline } from '../with-deadline';
import { fetchIdentity, identityTimeout } from './fetch';
import { pauseOf, retryDelay } from './pace';
import { parseIdentity } from './parse';

/** A server that asks for a longer pause gets it: the error shows, and the user decides when to retry. */
const LONGEST_PAUSE_MS = 30_000;

/** An identity function that fails with an error of its own most likely could not reach its server. */
const toHardenedStiggError = (cause: unknown) =>
  cause instanceof HardenedStiggError
    ? cause
    : new HardenedStiggError(
        'identity_unreachable',
        'The identity function failed: see the cause.',
        { retryable: true, cause },
      );

interface RequestOptions {
  /** Never `undefined` if there is no `identity` prop, and requested only then. */
  identityEndpoint: IdentityEndpoint | undefined;
  retries: number;
  timeoutMs: number;
}

/** What the load that makes a request is told, and what it decides. */
export interface RequestTurns {
  /** A request goes out now. */
  sent: () => void;
  /** Waits before the next attempt. Gives `false` if there is to be none in this load. */
  pause: (ms: number) => Promise<boolean>;
}

/**
 * Requests the identity, and repeats a request whose failure is temporary.
 *
 * @throws HardenedStiggError the last failure; anything, once `signal` has aborted
 */
export async function requestIdentity(
  { identityEndpoint, retries, timeoutMs }: RequestOptions,
  signal: AbortSignal,
  { sent, pause }: RequestTurns,
): Promise<Identity | null> {
  for (let attempt = 0; ; attempt++) {
    sent();
    try {
      const identity = await withDeadline(
        signal,
        timeoutMs,
        (signal) =>
          typeof identityEndpoint === 'function'
            ? identityEndpoint({ signal })
            : fetchIdentity(identityEndpoint as string | URL, { signal }),
        () => identityTimeout(timeoutMs),
      );
      return parseIdentity(identity);
    } catch (thrown) {
      const error = toHardenedStiggError(thrown);
      const ms = pauseOf(error) ?? retryDelay(attempt);
      const isRepeated =
        !signal.aborted && error.retryable && attempt < retries && ms <= LONGEST_PAUSE_MS;
      if (!(isRepeated && (await pause(ms)))) throw error;
    }
  }
}

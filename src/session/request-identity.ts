import { HardenedStiggError } from '../errors';
import { fetchIdentity, identityTimeout } from '../identity/fetch-identity';
import { parseIdentity } from '../identity/parse';
import type { Identity, IdentityEndpoint } from '../types';
import { withDeadline } from '../with-deadline';

const FIRST_DELAY_MS = 500;
/** A server that asks for a longer pause gets it: the error shows, and the user decides when to retry. */
const MAX_DELAY_MS = 30_000;

/** 500, 1000, 2000 … ms, each shortened by up to a half so that clients do not come back in step. */
export const backoff = (attempt: number) =>
  Math.min(FIRST_DELAY_MS * 2 ** attempt, MAX_DELAY_MS) * (1 - Math.random() / 2);

/** Runs into its deadline, or into the abort. */
const sleep = (ms: number, signal: AbortSignal) =>
  withDeadline(signal, ms, () => new Promise<void>(() => {}), Error).catch(() => {});

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
  identityEndpoint: IdentityEndpoint;
  retries: number;
  timeoutMs: number;
}

/**
 * Asks the endpoint, and asks again after a failure that may pass.
 *
 * @throws HardenedStiggError the last failure; anything, once `signal` has aborted
 */
export async function requestIdentity(
  { identityEndpoint, retries, timeoutMs }: RequestOptions,
  signal: AbortSignal,
): Promise<Identity | null> {
  for (let attempt = 0; ; attempt++) {
    try {
      const identity = await withDeadline(
        signal,
        timeoutMs,
        (signal) =>
          typeof identityEndpoint === 'function'
            ? identityEndpoint({ signal })
            : fetchIdentity(identityEndpoint, { signal }),
        () => identityTimeout(timeoutMs),
      );
      return parseIdentity(identity);
    } catch (thrown) {
      const error = toHardenedStiggError(thrown);
      const delay = error.retryAfterMs ?? backoff(attempt);
      if (signal.aborted || !error.retryable || !(attempt < retries) || delay > MAX_DELAY_MS)
        throw error;
      await sleep(delay, signal);
    }
  }
}

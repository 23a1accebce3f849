import type {} from '../preload'; // for the type of what it leaves
import type { Identity, IdentityEndpoint } from '../types';
import { withDeadline } from '../with-deadline';
import { type Answer, identityIn, readAnswer } from './fetch';

/** An answer that is older may be that of another user. */
const MAX_AGE_MS = 30_000;

type PreloadedIdentity = NonNullable<typeof globalThis.__hardenedStiggIdentity>;

interface PreloadOptions {
  identityEndpoint: IdentityEndpoint | undefined;
  timeoutMs: number;
}

/** What `preloadIdentity()` left for this endpoint. */
function find({ identityEndpoint }: PreloadOptions): PreloadedIdentity | undefined {
  const preloaded = globalThis.__hardenedStiggIdentity;
  return typeof identityEndpoint !== 'function' &&
    preloaded?.url === new URL(`${identityEndpoint}`, document.baseURI).href
    ? preloaded
    : undefined;
}

/** The user that an answer names; `undefined` if the answer is too old. */
function identityOf(
  { startedAt, url }: PreloadedIdentity,
  answer: Answer,
): Identity | null | undefined {
  const age = Date.now() - startedAt;
  // A user who has touched the page may have signed in or out since.
  if (age > MAX_AGE_MS || navigator.userActivation?.hasBeenActive) return undefined;
  const identity = identityIn(answer, url);
  // A lifetime counts from the answer, which came at some time since.
  if (identity?.expiresIn != null) identity.expiresIn -= age / 1000;
  return identity;
}

/**
 * The user that the preloaded answer names, if it has arrived. The answer stays there.
 *
 * @throws HardenedStiggError for an answer that is no identity
 */
export function peekPreloadedIdentity(options: PreloadOptions): Identity | null | undefined {
  const preloaded = find(options);
  return preloaded?.arrived && identityOf(preloaded, preloaded.arrived);
}

/**
 * The answer to the request that `preloadIdentity()` started for this endpoint, once; `undefined` if there is
 * none, or none that can be used. Never rejects.
 */
export const takePreloadedIdentity = async (
  options: PreloadOptions,
  signal: AbortSignal,
): Promise<Identity | null | undefined> => {
  const take = async () => {
    const preloaded = find(options);
    if (!preloaded) return undefined;
    globalThis.__hardenedStiggIdentity = undefined;
    return identityOf(preloaded, await readAnswer(preloaded.response));
  };
  return withDeadline(signal, options.timeoutMs, take, Error).catch(() => undefined);
};

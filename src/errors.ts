/** What went wrong; each code is a heading of `docs/troubleshooting.md`. */
export type HardenedStiggErrorCode =
  | 'identity_unreachable'
  | 'identity_timeout'
  | 'identity_http_error'
  | 'identity_invalid'
  | 'identity_mismatch'
  | 'customer_rejected'
  | 'stigg_unreachable';

/** The optional half of a {@link HardenedStiggError}. */
export interface HardenedStiggErrorOptions {
  /** HTTP status that the identity endpoint answered. */
  status?: number | undefined;
  /** Whether asking again may help. Default: `false`. */
  retryable?: boolean | undefined;
  /** Milliseconds to wait before asking again, from `Retry-After` (RFC 9110, section 10.2.3). */
  retryAfterMs?: number | undefined;
  /** The error underneath. Must not hold a token or a secret. */
  cause?: unknown;
}

/**
 * The one error type of this package. Its message says what happened and what to do; neither it nor
 * its `cause` ever holds a token or a secret. It ends with where to read on: the code, as a heading of
 * `docs/troubleshooting.md`, which is in the package.
 *
 * A custom identity function may throw one itself: with `retryable: false` it is not asked again.
 */
export class HardenedStiggError extends Error {
  /** Always `'HardenedStiggError'`. */
  override readonly name = 'HardenedStiggError';
  /** Stable and machine-readable: switch on this, not on the message. */
  declare readonly code: HardenedStiggErrorCode;
  /** HTTP status that the identity endpoint answered, where there was one. */
  declare readonly status?: number | undefined;
  /** Whether the provider asks again by itself (up to its `retries`). */
  declare readonly retryable: boolean;
  /** Milliseconds that the server asked to wait before the next request, where it did. */
  declare readonly retryAfterMs?: number | undefined;

  constructor(
    code: HardenedStiggErrorCode,
    message: string,
    { cause, retryable = false, ...rest }: HardenedStiggErrorOptions = {},
  ) {
    // `npm run set-repository` makes this the page of the site. With any link, it is at most 500 characters.
    super(`${message.slice(0, 360)} See hardened-stigg/docs/troubleshooting.md#${code}`, { cause });
    Object.assign(this, { code, retryable, ...rest });
  }

  /** A page may have loaded this package in more than one format: an error of one is an error of all. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return (value as Error | undefined)?.name === 'HardenedStiggError';
  }
}

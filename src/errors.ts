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
  /** Whether another request may help. Default: `false`. */
  retryable?: boolean | undefined;
  /** Milliseconds to wait before the next request, from `Retry-After` (RFC 9110, section 10.2.3). */
  retryAfterMs?: number | undefined;
  /** The error underneath. Must not hold a token or a secret. */
  cause?: unknown;
}

/**
 * The one error type of this package. Its message says what happened and what to do; neither it nor
 * its `cause` ever holds a token or a secret. It ends with a link: the code is a heading of
 * `docs/troubleshooting.md`, which is in the package.
 *
 * A custom identity function may throw one itself. With `retryable: false` it is not called again.
 */
export class HardenedStiggError extends Error {
  /** Always `'HardenedStiggError'`. */
  override readonly name = 'HardenedStiggError';
  /** Stable and machine-readable: branch on this, not on the message. */
  declare readonly code: HardenedStiggErrorCode;
  /** HTTP status that the identity endpoint answered, if it did. */
  declare readonly status?: number | undefined;
  /** Whether the provider repeats the request automatically (up to its `retries`). */
  declare readonly retryable: boolean;
  /** Milliseconds to wait before the next request, if the server said so. */
  declare readonly retryAfterMs?: number | undefined;

  /**
   * @param code what went wrong
   * @param message what happened, and what to do; never a token or a secret
   * @param options status, whether another request may help, and the error underneath
   */
  constructor(
    code: HardenedStiggErrorCode,
    message: string,
    { cause, retryable = false, ...rest }: HardenedStiggErrorOptions = {},
  ) {
    // `npm run set-repository` makes this the page of the site. With any link, it is at most 500 characters.
    super(`${message.slice(0, 360)} See hardened-stigg/docs/troubleshooting.md#${code}`, { cause });
    Object.assign(this, { code, retryable, ...rest });
  }

  /** A page may have loaded this package in more than one format. An error of one is recognised by all. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return (value as Error | undefined)?.name === 'HardenedStiggError';
  }
}

import { assertSigningSecret } from './token-format';

/** Who is signed in: a customer id, or one with what to announce beside it. */
export type SignedInCustomer =
  | string
  | {
      /** Stigg customer id. */
      customerId: string;
      /** A token of another origin, such as an expiring one. Default: the id, signed with the secret. */
      customerToken?: string | undefined;
      /** Seconds that the browser may use this answer before it asks again. */
      expiresIn?: number | undefined;
      /** The same as a moment: ISO 8601 or epoch milliseconds. */
      expiresAt?: string | number | undefined;
    };

/** Options of {@link createIdentityHandler}. */
export interface IdentityHandlerOptions {
  /**
   * The client-side signing secret of the Stigg environment, or a function that gives the one for a
   * request: of its tenant, say, or read from a secret store only then. Never sent anywhere.
   */
  signingSecret: string | ((request: Request) => string | Promise<string>);
  /**
   * Reads your own session from the request; `null` or `undefined` when nobody is signed in. Only
   * ever trust the session here: an id from the query or the body would sign for anyone.
   */
  getCustomerId: (
    request: Request,
  ) => SignedInCustomer | null | undefined | Promise<SignedInCustomer | null | undefined>;
  /** Other origins that may read the identity with credentials, such as `https://app.example.com`. Default: none. */
  allowedOrigins?: readonly string[] | undefined;
}

const METHODS = 'GET, HEAD, OPTIONS';

function assertOrigin(origin: string): string {
  if (origin.includes('*') || !URL.canParse(origin) || new URL(origin).origin !== origin) {
    throw new TypeError(
      `allowedOrigins: "${origin}" is not an origin. Give scheme, host and port only, like "https://app.example.com"; a wildcard cannot carry credentials.`,
    );
  }
  return origin;
}

/** Answers identity requests, whichever way tokens are signed. */
export function createHandler(
  sign: (customerId: string, signingSecret: string) => string | Promise<string>,
  { signingSecret, getCustomerId, allowedOrigins = [] }: IdentityHandlerOptions,
): (request: Request) => Promise<Response> {
  if (typeof signingSecret !== 'function') assertSigningSecret(signingSecret);
  const secretFor = typeof signingSecret === 'function' ? signingSecret : () => signingSecret;
  if (typeof getCustomerId !== 'function') {
    throw new TypeError('getCustomerId must be a function that reads the session of a request.');
  }
  const allowed = new Set(allowedOrigins.map(assertOrigin));

  return async (request) => {
    const { method } = request;
    const origin = request.headers.get('Origin') ?? '';
    const isAllowed = allowed.has(origin);
    const headers = new Headers({
      'Cache-Control': 'private, no-store',
      Vary: 'Cookie, Authorization, Origin',
      'X-Content-Type-Options': 'nosniff',
    });
    if (isAllowed) {
      headers.set('Access-Control-Allow-Origin', origin);
      headers.set('Access-Control-Allow-Credentials', 'true');
      // What the browser half reads: the pause that was asked for, and the server's clock.
      headers.set('Access-Control-Expose-Headers', 'Date, Retry-After');
    }
    const answer = (status: number, body: string, type = 'text/plain;charset=UTF-8') => {
      headers.set('Content-Type', type);
      return new Response(method === 'HEAD' ? null : body, { status, headers });
    };

    if (!isAllowed && request.headers.get('Sec-Fetch-Site') === 'cross-site') {
      return answer(403, 'Forbidden: this origin is not in allowedOrigins.');
    }
    if (method === 'OPTIONS') {
      headers.set('Allow', METHODS);
      if (isAllowed) {
        headers.set('Access-Control-Allow-Methods', METHODS);
        const requested = request.headers.get('Access-Control-Request-Headers');
        if (requested) headers.set('Access-Control-Allow-Headers', requested);
        headers.set('Access-Control-Max-Age', '600');
      }
      return new Response(null, { status: 204, headers });
    }
    if (method !== 'GET' && method !== 'HEAD') {
      headers.set('Allow', METHODS);
      return answer(405, 'Method Not Allowed');
    }
    try {
      const customer = await getCustomerId(request);
      if (customer === null || customer === undefined) return answer(401, 'Unauthorized');
      const { customerId, customerToken, expiresIn, expiresAt } =
        typeof customer === 'object' ? customer : { customerId: customer };
      return answer(
        200,
        JSON.stringify({
          customerId,
          customerToken: customerToken ?? (await sign(customerId, await secretFor(request))),
          expiresIn,
          expiresAt,
        }),
        'application/json',
      );
    } catch (error) {
      // The answer says nothing, so the log has to.
      console.error('hardened-stigg: the identity handler failed:', error);
      return answer(500, 'Internal Server Error');
    }
  };
}

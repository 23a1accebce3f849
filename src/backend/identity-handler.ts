import type { EntitlementAnswer, Entitlements } from '../entitlements/types';
import { parseIdentity } from '../identity/parse';
import { withDeadline } from '../with-deadline';
import { entitlementsToSend } from './entitlements-to-send';
import { assertSigningSecret } from './token-format';

/** Who is signed in: a customer id, or an object with the id and more. */
export type SignedInCustomer =
  | string
  | {
      /** Stigg customer id. */
      customerId: string;
      /** A token from elsewhere, such as an expiring one. Default: the id, signed with the secret. */
      customerToken?: string | undefined;
      /** Seconds that the browser may use this answer before it requests another. */
      expiresIn?: number | undefined;
      /** The same as a point in time: a `Date`, ISO 8601 with a zone, or epoch milliseconds. */
      expiresAt?: string | number | Date | undefined;
    };

/** What `getCustomerId` returns: who is signed in, nobody, or a `Response` to send instead. */
export type CustomerOfRequest = SignedInCustomer | Response | null | undefined | false | '';

/** Options of {@link createIdentityHandler}. */
export interface IdentityHandlerOptions {
  /**
   * The client-side signing secret of the Stigg environment, or a function that returns the secret for a request, for
   * example the secret of its tenant, or one from a secret store. It is never sent anywhere.
   */
  signingSecret: string | ((request: Request) => string | Promise<string>);
  /**
   * Reads your own session from the request. `null`, `undefined`, `false` and `''` mean that nobody is
   * signed in. A `Response`, returned or thrown, goes out unchanged. Use nothing but the session here: with an id
   * from the query or the body, the endpoint would sign for anyone.
   */
  getCustomerId: (request: Request) => CustomerOfRequest | Promise<CustomerOfRequest>;
  /**
   * Other origins that may read the identity with credentials. Each is compared whole: `https://app.example.com`,
   * `capacitor://localhost`, `chrome-extension://…`. Or a function that decides. Default: none.
   */
  allowedOrigins?:
    | readonly string[]
    | ((origin: string, request: Request) => boolean | Promise<boolean>)
    | undefined;
  /**
   * Says what the customer may use, so that the browser does not have to wait for Stigg. Return {@link Entitlements},
   * or the list that `stigg.getEntitlements(customerId)` of `@stigg/node-server-sdk` returns. `null`, `undefined` and
   * an empty list mean that it is not known. It runs while the token is signed. If it throws, gives anything else or
   * takes longer than `entitlementsTimeoutMs`, the identity is sent without entitlements, and `onError` gets the
   * reason. Default: none are sent.
   */
  getEntitlements?:
    | ((
        customerId: string,
        request: Request,
      ) =>
        | Entitlements
        | readonly EntitlementAnswer[]
        | null
        | undefined
        | Promise<Entitlements | readonly EntitlementAnswer[] | null | undefined>)
    | undefined;
  /** How many milliseconds the answer waits for `getEntitlements`. Default: 1000. */
  entitlementsTimeoutMs?: number | undefined;
  /**
   * Gets each error, because the answer does not say what failed. Default: one line to `console.error`, with the name
   * and the message of the error.
   */
  onError?: ((error: unknown, request: Request) => void | Promise<void>) | undefined;
}

const METHODS = 'GET, HEAD, OPTIONS';

function assertOrigin(origin: unknown): string {
  const url = typeof origin === 'string' && URL.canParse(origin) ? new URL(origin) : undefined;
  const { protocol, host } = url ?? {};
  if (!host || host.includes('*') || `${protocol}//${host}` !== origin) {
    throw new TypeError(
      `allowedOrigins: ${JSON.stringify(origin)} is not an origin. Give scheme, host and port only, like "https://app.example.com". A wildcard does not work with credentials.`,
    );
  }
  return origin;
}

/** @throws TypeError for a list with anything but origins */
function originFilter(
  allowed: IdentityHandlerOptions['allowedOrigins'] = [],
): (origin: string, request: Request) => boolean | Promise<boolean> {
  if (typeof allowed === 'function') return allowed;
  if (!Array.isArray(allowed)) {
    throw new TypeError('allowedOrigins must be a list of origins, or a function.');
  }
  const origins = new Set(allowed.map(assertOrigin));
  return (origin) => origins.has(origin);
}

/** Whether a page of the same origin sent it, or somebody typed its address. */
function isFromHere({ headers, url }: Request): boolean {
  const site = headers.get('Sec-Fetch-Site');
  if (site !== null) return site === 'same-origin' || site === 'none';
  const origin = headers.get('Origin');
  if (origin === null) return true; // no browser, or an old one with a plain GET
  const host = `//${headers.get('Host') ?? new URL(url).host}`;
  return (
    URL.canParse(origin) &&
    URL.canParse(host, origin) &&
    new URL(host, origin).host === new URL(origin).host
  );
}

/** Whether the answer would be shown inside a page: in a frame, as an image, as a script. */
function isEmbedded({ headers }: Request): boolean {
  const destination = headers.get('Sec-Fetch-Dest');
  return destination !== null && destination !== 'empty' && destination !== 'document';
}

/**
 * Whether this is a `Response`, of any realm or library. A status and headers prove nothing: errors of HTTP clients
 * have them too.
 */
const isResponse = (value: unknown): value is Response =>
  typeof (value as Response | null)?.status === 'number' &&
  typeof (value as Response).headers?.get === 'function' &&
  typeof (value as Response).arrayBuffer === 'function';

/** Errors that Next.js throws and catches itself: `redirect()`, `notFound()`, and its signals while it builds. */
const isControlFlow = (error: unknown) =>
  /^(NEXT_|DYNAMIC_SERVER_USAGE|HANGING_PROMISE_|BAILOUT_)/.test(
    `${(error as { digest?: string } | null)?.digest}`,
  );

const MAX_LOG_LENGTH = 500;

/** Only the name and the message of an error. */
const textOf = (error: unknown) =>
  error instanceof Error
    ? `${error.name}: ${error.message}`
    : typeof error === 'string'
      ? error
      : `${typeof error} was thrown`;

/** One line with the name and message of an error, escaped so that no message can break or colour it. */
function log(error: unknown): void {
  const line = textOf(error)
    .slice(0, MAX_LOG_LENGTH)
    .replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
  console.error(`hardened-stigg: the identity handler failed: ${line}`);
}

/** Answers identity requests; `sign` makes the tokens. */
export function createHandler(
  sign: (customerId: string, signingSecret: string) => string | Promise<string>,
  {
    signingSecret,
    getCustomerId,
    allowedOrigins,
    getEntitlements = () => undefined,
    entitlementsTimeoutMs = 1000,
    onError = log,
  }: IdentityHandlerOptions,
): (request: Request) => Promise<Response> {
  if (typeof signingSecret !== 'function') assertSigningSecret(signingSecret);
  const secretFor = typeof signingSecret === 'function' ? signingSecret : () => signingSecret;
  if (typeof getCustomerId !== 'function') {
    throw new TypeError('getCustomerId must be a function that reads the session of a request.');
  }
  if (typeof getEntitlements !== 'function') {
    throw new TypeError('getEntitlements must be a function of a customer id and a request.');
  }
  if (!(typeof entitlementsTimeoutMs === 'number' && entitlementsTimeoutMs >= 0)) {
    throw new TypeError('entitlementsTimeoutMs must be a number of milliseconds, 0 or more.');
  }
  if (typeof onError !== 'function') {
    throw new TypeError('onError must be a function of an error and a request.');
  }
  const isAllowedOrigin = originFilter(allowedOrigins);

  async function report(error: unknown, request: Request): Promise<void> {
    try {
      await onError(error, request);
    } catch (failure) {
      log(failure);
    }
  }

  /** A failure here signs nobody out: without entitlements, the browser waits for Stigg. */
  async function entitlementsOf(customerId: string, request: Request) {
    try {
      const given = await withDeadline(
        null,
        entitlementsTimeoutMs,
        () => getEntitlements(customerId, request),
        () =>
          new Error(
            `no answer in ${entitlementsTimeoutMs} ms. Read from a cache, or raise entitlementsTimeoutMs.`,
          ),
      );
      return entitlementsToSend(given);
    } catch (thrown) {
      if (isControlFlow(thrown)) throw thrown;
      const message = `getEntitlements failed, so the identity is sent without entitlements: ${textOf(thrown)}`;
      void report(new Error(message, { cause: thrown }), request);
      return undefined;
    }
  }

  /** Signs while the entitlements are read, and refuses what the browser would refuse. */
  async function identityOf(customer: SignedInCustomer, request: Request) {
    const { customerId, customerToken, expiresIn, expiresAt } =
      typeof customer === 'object' ? customer : { customerId: customer };
    const signed = async () =>
      parseIdentity({
        customerId,
        customerToken: customerToken ?? (await sign(customerId, await secretFor(request))),
        expiresIn,
        expiresAt: expiresAt instanceof Date ? expiresAt.getTime() : expiresAt,
      });
    const [identity, entitlements] = await Promise.all([
      signed(),
      typeof customerId === 'string' ? entitlementsOf(customerId, request) : undefined,
    ]);
    return { ...identity, entitlements };
  }

  async function answerTo(request: Request, headers: Headers): Promise<Response> {
    const { method } = request;
    const answer = (status: number, body: string, type = 'text/plain;charset=UTF-8') => {
      headers.set('Content-Type', type);
      return new Response(method === 'HEAD' ? null : body, { status, headers });
    };
    /** An answer from `getCustomerId`, with the headers that every answer has. */
    const passOn = (response: Response) => {
      const all = new Headers(response.headers);
      headers.forEach((value, name) => {
        all.set(name, value);
      });
      const { status, statusText, body } = response;
      return new Response(method === 'HEAD' ? null : body, { status, statusText, headers: all });
    };

    try {
      const origin = request.headers.get('Origin');
      const isAllowed =
        origin !== null && origin !== 'null' && (await isAllowedOrigin(origin, request)) === true;
      if (isAllowed) {
        headers.set('Access-Control-Allow-Origin', origin);
        headers.set('Access-Control-Allow-Credentials', 'true');
        // The browser half reads both: the server's clock, and how long to wait.
        headers.set('Access-Control-Expose-Headers', 'Date, Retry-After');
      }
      if (!isAllowed && !isFromHere(request)) {
        return answer(403, 'Forbidden: this origin is not in allowedOrigins.');
      }
      if (isEmbedded(request)) {
        return answer(403, 'Forbidden: an identity can be fetched, but not framed or embedded.');
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
      const customer = await getCustomerId(request);
      if (customer === null || customer === undefined || customer === false || customer === '') {
        return answer(401, 'Unauthorized');
      }
      if (isResponse(customer)) return passOn(customer);
      return answer(200, JSON.stringify(await identityOf(customer, request)), 'application/json');
    } catch (thrown) {
      if (isControlFlow(thrown)) throw thrown;
      let error = thrown;
      if (isResponse(thrown)) {
        try {
          return passOn(thrown);
        } catch (unusable) {
          error = unusable; // its body has been read already, for example
        }
      }
      // The answer does not say why, so the log must say it.
      void report(error, request);
      return answer(500, 'Internal Server Error');
    }
  }

  return (request, ...rest: unknown[]) => {
    const headers = new Headers({
      'Cache-Control': 'private, no-store',
      Vary: 'Cookie, Authorization, Origin, Sec-Fetch-Site, Sec-Fetch-Dest',
      'X-Content-Type-Options': 'nosniff',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'X-Frame-Options': 'DENY',
    });
    if (typeof request?.headers?.get === 'function') return answerTo(request, headers);
    const error = new TypeError(
      "createIdentityHandler() takes a Fetch-standard Request, but was called with something else. Wrap it: getRequestListener(handler) of @hono/node-server makes a listener for node:http, Express and Fastify. See 'hardened-stigg/docs/backends.md'.",
    );
    void report(error, request);
    // Answer with node:http's own response; otherwise the request would hang.
    const [response] = rest as [
      { writeHead?(status: number, headers: Record<string, string>): { end(): void } }?,
    ];
    response?.writeHead?.(500, Object.fromEntries(headers)).end();
    return Promise.resolve(new Response('Internal Server Error', { status: 500, headers }));
  };
}

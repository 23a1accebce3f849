import { assertSigningSecret } from '../backend/token-format';
import { verifyCustomerToken } from '../backend/web-crypto-signer';
import type { EmulatorCustomer, EmulatorPlan } from './customers';
import { aboutOf, createOperations, type Operation, REFUSED, Refusal } from './operations';
import {
  type Asked,
  cut,
  parseEdgeRequest,
  parseGraphqlRequest,
  type StiggOperation,
} from './parse-operations';
import { readBody } from './read-body';
import { findMistake } from './validate';
import { createWorld, own, remember } from './world';

/** Options of {@link createStiggEmulator}. */
export interface StiggEmulatorOptions {
  /** The secret that tokens must be signed with. */
  signingSecret: string;
  /** Whether customer requests need a token that verifies. Default: `true`. */
  enforced?: boolean;
  /**
   * Whether publishable keys only read. Otherwise they can apply a subscription to their own customer. Default:
   * `false`.
   */
  readOnly?: boolean;
  /**
   * Customers by id. Every request reads this object again: change it to change what a customer may do. Writes of a
   * server key are stored separately, and take precedence.
   */
  customers: Record<string, EmulatorCustomer>;
  /** The plans of the paywall, in order. Default: none. */
  plans?: readonly EmulatorPlan[];
  /** Milliseconds before each answer, or a function of the request; `Infinity` never answers. Default: 0. */
  latencyMs?: number | ((request: StiggOperation) => number);
  /** Called with each request as it is added to `requests`, before the answer is sent. */
  onRequest?: (request: EmulatorRequest) => void;
}

/** What the emulator remembers of a request. Never the token itself. */
export interface EmulatorRequest extends StiggOperation {
  /** First loads use the edge API. `refresh()`, `getCustomer()` and most of the widgets use GraphQL. */
  transport: 'edge' | 'graphql';
  /** What kind of key the request had: a `server-` key, another one, or none. */
  key: 'server' | 'client' | null;
  /** Whether the request had an `X-CUSTOMER-KEY`. */
  hasToken: boolean;
  /** Whether that token was signed with the secret, and names the customer of the request, if it has one. */
  isVerified: boolean;
  /**
   * HTTP status of the answer. If the content of an operation is wrong, this is 400, but the answer over GraphQL has
   * the status 200 and an error, as with other GraphQL servers. The SDKs read a message from no other answer.
   */
  status: number;
}

/** What {@link StiggEmulator.failNext} takes. */
export interface EmulatorFailure {
  /** HTTP status to answer, 400 to 599. Default: 500. */
  status?: number;
  /** How many requests fail, a whole number. Default: 1. */
  times?: number;
  /** Only requests for this operation, such as `GetEntitlements`. Default: all. */
  operation?: string;
}

/** A stand-in for Stigg's edge and GraphQL APIs. */
export interface StiggEmulator {
  /** Answers a request: a Fetch-standard handler, for any server adapter or a service worker. */
  fetch: (request: Request) => Promise<Response>;
  /** The requests so far, oldest first; the last 10,000. */
  readonly requests: readonly EmulatorRequest[];
  /** Whether tokens are required. Set it to switch enforcement while running. */
  enforced: boolean;
  /**
   * Makes the next requests fail.
   *
   * @throws TypeError if `status` is no error or `times` no whole number
   */
  failNext: (failure?: EmulatorFailure) => void;
  /**
   * A token that expires after `lifetimeMs` milliseconds, different each time. Stigg has expiring tokens
   * too; their format is not public, so these are opaque, and known to this emulator only.
   *
   * @throws TypeError if `lifetimeMs` is no number
   */
  issueToken: (customerId: string, lifetimeMs: number) => string;
}

const MAX_REQUESTS = 10_000;

/** The SDK puts at most 25 operations into one batch. */
const MAX_BATCH = 100;

/** A timer with more milliseconds than this fires at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

type Answer = {
  status: number;
  data?: object;
  code?: string;
  message?: string;
  /** Whether the operation was understood, and failed. */
  isAnswered?: boolean;
};

const refuse = (status: number, code: string, message?: string): Answer => ({
  status,
  code,
  ...(message && { message }),
});

/** Apollo reads errors from here, and so does the network tab. */
const body = ({ data, code, message = code }: Answer) =>
  data ? { data } : { errors: [{ message, extensions: { code } }], data: null };

/** Waits so many milliseconds, or until the client has gone. A timer that is left would keep the process alive. */
async function wait(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return;
  await new Promise<void>((resolve) => {
    const timer = ms > MAX_TIMER_MS ? undefined : setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** @throws TypeError that says where the options are wrong */
function checkOptions({
  signingSecret,
  customers,
  plans = [],
  latencyMs = 0,
}: StiggEmulatorOptions) {
  assertSigningSecret(signingSecret);
  const mistake = findMistake({ customers, plans });
  if (mistake)
    throw new TypeError(`${mistake.path.join('.') || 'The argument'} must be ${mistake.expected}.`);
  if (typeof latencyMs !== 'function' && !(latencyMs >= 0)) {
    throw new TypeError('latencyMs must be a number, 0 or more, or a function.');
  }
}

/**
 * Emulates Stigg's edge API (`/v1/…`) and the GraphQL operations of its JavaScript SDKs, for browsers and for
 * servers (`/graphql`), and verifies customer tokens for real. Point `baseUri` and `baseEdgeUri` at it.
 *
 * A `server-` key is trusted without a token, and writes; a publishable key reads its own customer. docs/emulator.md
 * lists each operation, and says which behaviour is known from Stigg and which is assumed.
 *
 * @throws TypeError when the secret is missing or spoiled, or the customers or plans have a mistake, which it names
 * @example
 * ```ts
 * const emulator = createStiggEmulator({
 *   signingSecret: 'local-secret',
 *   customers: { acme: { entitlements: { 'feature-sso': true, seats: 5 } } },
 * });
 * serve({ fetch: emulator.fetch, port: 4500 }); // @hono/node-server
 * ```
 */
export function createStiggEmulator(options: StiggEmulatorOptions): StiggEmulator {
  checkOptions(options);
  const { signingSecret, enforced = true, readOnly = false, latencyMs = 0, onRequest } = options;
  const world = createWorld(options.customers, options.plans ?? []);
  const operations: Record<string, Operation> = createOperations();
  const issued = new Map<string, { customerId: string; expiresAt: number }>();
  const requests: EmulatorRequest[] = [];
  const failures: Required<EmulatorFailure>[] = [];

  /** The customer that a token was made for. */
  async function verifyToken(token: string): Promise<string | null> {
    const known = issued.get(token);
    if (!known) return verifyCustomerToken(token, signingSecret);
    return Date.now() < known.expiresAt ? known.customerId : null;
  }

  function takeFailure(operation: string): number | null {
    const index = failures.findIndex((f) => f.operation === '*' || f.operation === operation);
    const failure = failures[index];
    if (!failure) return null;
    if (--failure.times === 0) failures.splice(index, 1);
    return failure.status;
  }

  async function handle(
    { operation: name, input }: Asked,
    transport: EmulatorRequest['transport'],
    { headers }: Request,
  ): Promise<Answer> {
    const apiKey = headers.get('X-API-KEY');
    const key: EmulatorRequest['key'] = apiKey
      ? apiKey.startsWith('server-')
        ? 'server'
        : 'client'
      : null;
    const token = headers.get('X-CUSTOMER-KEY');
    const signedFor = token === null ? null : await verifyToken(token);
    const operation = own(operations, name);
    const about = aboutOf(operation, input, world);
    const { customerId } = about;
    const isVerified = signedFor !== null && (customerId === null || signedFor === customerId);

    const result = answer();
    const seen: EmulatorRequest = {
      operation: cut(name),
      customerId: customerId && cut(customerId),
      resourceId: about.resourceId && cut(about.resourceId),
      transport,
      key,
      hasToken: token !== null,
      isVerified,
      status: result.status,
    };
    requests.push(seen);
    if (requests.length > MAX_REQUESTS) requests.shift();
    onRequest?.(seen);
    return result;

    function answer(): Answer {
      const injected = takeFailure(name);
      if (injected !== null) return refuse(injected, 'Injected');
      if (key === null) return refuse(401, 'Unauthenticated');
      if (!operation) {
        const isAnswered = REFUSED.has(name);
        const why = isAnswered ? 'does not emulate' : 'does not know';
        const message = `The emulator ${why} "${cut(name)}". See docs/emulator.md.`;
        return { ...refuse(400, 'NotEmulated', message), isAnswered };
      }
      return forbidden(operation) ?? run(operation);
    }

    function forbidden({ who }: Operation): Answer | null {
      if (key === 'server') {
        // A request with an Origin comes from a page, and a key that may do everything does not belong in a browser.
        return headers.has('Origin')
          ? refuse(
              403,
              'IdentityForbidden',
              'A server key must not be in a browser. Use a publishable key.',
            )
          : null;
      }
      if (who === 'server') {
        return refuse(
          403,
          'IdentityForbidden',
          `"${name}" needs a server key. Call it from your backend.`,
        );
      }
      if (who === 'apply' && readOnly) return refuse(403, 'AuthCustomerReadonly');
      if (isVerified || customerId === null || (who !== 'apply' && !emulator.enforced)) return null;
      return signedFor === null
        ? refuse(401, 'Unauthenticated')
        : refuse(403, 'AuthCustomerMismatch');
    }

    function run({ run, isForNobody }: Operation): Answer {
      if (customerId === null && !isForNobody) return refuse(400, 'BadUserInput');
      try {
        return { status: 200, data: run({ input, world, about, isClient: key === 'client' }) };
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        return { ...refuse(400, error.code, error.message), isAnswered: true };
      }
    }
  }

  /** Waits as long as the slowest of these operations takes. */
  const delay = (asked: readonly Asked[], signal: AbortSignal) => {
    const times = asked.map(({ operation, input }) =>
      typeof latencyMs === 'function'
        ? latencyMs({ operation, ...aboutOf(own(operations, operation), input, world) })
        : latencyMs,
    );
    return wait(Math.max(...times), signal);
  };

  const emulator: StiggEmulator = {
    requests,
    enforced,
    failNext: ({ status = 500, times = 1, operation = '*' } = {}) => {
      if (!Number.isInteger(status) || status < 400 || status > 599) {
        throw new TypeError('failNext(): status must be a whole number from 400 to 599.');
      }
      if (!Number.isInteger(times) || times < 0) {
        throw new TypeError('failNext(): times must be a whole number, 0 or more.');
      }
      if (times > 0) failures.push({ status, times, operation });
    },
    issueToken: (customerId, lifetimeMs) => {
      if (typeof lifetimeMs !== 'number' || Number.isNaN(lifetimeMs)) {
        throw new TypeError('issueToken(): lifetimeMs must be a number of milliseconds.');
      }
      const token = `EXPIRING ${crypto.randomUUID()}`;
      remember(issued, token, { customerId, expiresAt: Date.now() + lifetimeMs });
      return token;
    },
    fetch: async (request) => {
      const { method, headers, signal } = request;
      const cors = {
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
        'Access-Control-Allow-Headers': headers.get('Access-Control-Request-Headers') ?? '*',
        'Cache-Control': 'no-store',
      };
      const send = (status: number, content: unknown) =>
        Response.json(content, { status, headers: cors });
      const refused = (status: number, code: string, message?: string) =>
        send(status, body(refuse(status, code, message)));

      if (method === 'OPTIONS') return new Response(null, { status: 204, headers: cors });
      const url = new URL(request.url);
      if (method === 'GET') {
        const asked = parseEdgeRequest(url);
        if (!asked) return refused(404, 'NotFound');
        const result = await handle(asked, 'edge', request);
        await delay([asked], signal);
        return send(result.status, body(result));
      }
      if (method !== 'POST' || url.pathname !== '/graphql') return refused(404, 'NotFound');
      const text = await readBody(request);
      if (text === null) return refused(413, 'PayloadTooLarge', 'The body has more than 1 MB.');
      const content = parseJson(text);
      const isBatch = Array.isArray(content);
      const all: unknown[] = isBatch ? content : [content];
      if (all.length > MAX_BATCH) {
        return refused(413, 'PayloadTooLarge', `The batch has more than ${MAX_BATCH} operations.`);
      }
      const asked = all.map(parseGraphqlRequest);
      if (asked.length === 0 || !asked.every((one) => one !== null)) {
        return refused(400, 'BadUserInput');
      }
      const results: Answer[] = [];
      // One after the other, because a read must see the writes before it.
      for (const one of asked) results.push(await handle(one, 'graphql', request));
      await delay(asked, signal);
      const status = Math.max(...results.map((one) => (one.isAnswered ? 200 : one.status)));
      return send(status, isBatch ? results.map(body) : body(results[0] as Answer));
    },
  };
  return emulator;
}

import { assertSigningSecret } from '../backend/token-format';
import { verifyCustomerToken } from '../backend/web-crypto-signer';
import type { Entitlements } from '../entitlements/types';
import type { EmulatorCustomer, EmulatorPlan } from './customers';
import { parseEdgeRequest, parseGraphqlRequest, type StiggOperation } from './parse-operations';
import * as respond from './stigg-responses';

/** Options of {@link createStiggEmulator}. */
export interface StiggEmulatorOptions {
  /** The secret that tokens must be signed with. */
  signingSecret: string;
  /** Whether customer requests need a token that verifies. Default: `true`. */
  enforced?: boolean;
  /** Customers by id. Read on every request: change it to change what a customer may do. */
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
  /** First loads come over the edge; `refresh()`, `getCustomer()` and most of the widgets over GraphQL. */
  transport: 'edge' | 'graphql';
  /** Whether an `X-CUSTOMER-KEY` came along. */
  hasToken: boolean;
  /** Whether that token was signed with the secret, for the customer asked about (for anyone, if none was). */
  isVerified: boolean;
  /** HTTP status of the answer. */
  status: number;
}

/** What {@link StiggEmulator.failNext} takes. */
export interface EmulatorFailure {
  /** HTTP status to answer. Default: 500. */
  status?: number;
  /** How many requests fail. Default: 1. */
  times?: number;
  /** Only requests for this operation, such as `GetEntitlements`. Default: all. */
  operation?: string;
}

/** A stand-in for Stigg's edge and GraphQL APIs. */
export interface StiggEmulator {
  /** Answers a request: a Fetch-standard handler, for any server adapter or a service worker. */
  fetch: (request: Request) => Promise<Response>;
  /** What was asked so far, oldest first; the last 10,000. */
  readonly requests: readonly EmulatorRequest[];
  /** Whether tokens are required. Set it to switch enforcement while running. */
  enforced: boolean;
  /** Makes the next requests fail. */
  failNext: (failure?: EmulatorFailure) => void;
  /**
   * A token that runs out after `lifetimeMs` milliseconds, different each time. Stigg has expiring tokens
   * too; their format is not public, so these are opaque, and known to this emulator only.
   */
  issueToken: (customerId: string, lifetimeMs: number) => string;
}

const MAX_REQUESTS = 10_000;

type Answer = { status: number; data?: object; code?: string };

/** Apollo reads errors from here, and so does whoever looks at the network tab. */
const body = ({ data, code }: Answer) =>
  data ? { data } : { errors: [{ message: code, extensions: { code } }], data: null };

/** Ids come off the network: `constructor` is not a customer. */
const own = <T>(record: Record<string, T>, id: string): T | undefined =>
  Object.hasOwn(record, id) ? record[id] : undefined;

/** Until then, or until nobody waits for the answer any more: a timer left over would keep a process alive. */
async function wait(ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0) return;
  await new Promise<void>((resolve) => {
    const timer = ms === Number.POSITIVE_INFINITY ? undefined : setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/**
 * Plays Stigg's edge API (`/v1/…`) and the GraphQL operations of the JavaScript SDK (`/graphql`), and
 * verifies customer tokens for real. Point `baseUri` and `baseEdgeUri` at it.
 *
 * Known from the SDK: paths, headers, response shapes, and the error codes. **Assumed**, as Stigg's
 * own answers are not public: 401 `Unauthenticated` for a missing or a wrong token and for a missing
 * `X-API-KEY`, 403 `AuthCustomerMismatch` for another customer's token, 404 `CustomerNotFound` for an
 * unknown customer, no entitlements for an unknown resource, and the same status codes over GraphQL.
 *
 * @throws TypeError when the secret is missing
 * @example
 * ```ts
 * const emulator = createStiggEmulator({
 *   signingSecret: 'local-secret',
 *   customers: { acme: { entitlements: { 'feature-sso': true, seats: 5 } } },
 * });
 * serve({ fetch: emulator.fetch, port: 4500 }); // @hono/node-server
 * ```
 */
export function createStiggEmulator({
  signingSecret,
  enforced = true,
  customers,
  plans = [],
  latencyMs = 0,
  onRequest,
}: StiggEmulatorOptions): StiggEmulator {
  assertSigningSecret(signingSecret);
  const issued = new Map<string, { customerId: string; expiresAt: number }>();
  const requests: EmulatorRequest[] = [];
  const failures: Required<EmulatorFailure>[] = [];

  /** Whom a token speaks for. */
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

  function answer({ operation, customerId, resourceId }: StiggOperation): Answer {
    const stored = customerId === null ? null : own(customers, customerId);
    if (stored === undefined) return { status: 404, code: 'CustomerNotFound' };
    const ok = (data: object): Answer => ({ status: 200, data });

    if (operation === 'GetSdkConfiguration') {
      return ok({ sdkConfiguration: { sentryDsn: null, isWidgetWatermarkEnabled: false } });
    }
    if (stored === null || customerId === null) {
      return operation === 'GetPaywall'
        ? ok({ paywall: respond.paywall(plans, null) })
        : { status: 400, code: 'BadUserInput' };
    }
    const current = plans.find(({ id }) => id === stored.planId);
    const granted: Entitlements =
      resourceId === null
        ? { ...current?.entitlements, ...stored.entitlements }
        : { ...own(stored.resources ?? {}, resourceId)?.entitlements };
    switch (operation) {
      case 'GetEntitlements':
        return ok({ entitlements: respond.entitlements(granted) });
      case 'GetActiveSubscriptions':
      case 'GetActiveSubscriptionsList':
        return ok({ getActiveSubscriptions: respond.subscriptions(customerId, current) });
      case 'GetCustomerById':
        return ok({ getCustomerByRefId: respond.customer(customerId, stored, current) });
      case 'GetPaywall':
        return ok({ paywall: respond.paywall(plans, { id: customerId, stored, current }) });
      case 'GetCustomerPortalByRefId':
        return ok({
          customerPortal: respond.customerPortal(customerId, stored, current, granted),
        });
      case 'ReportEntitlementCheckRequested':
        return ok({ reportEntitlementCheckRequested: true });
      default:
        return { status: 400, code: 'BadUserInput' };
    }
  }

  async function handle(
    asked: StiggOperation,
    transport: 'edge' | 'graphql',
    { headers, signal }: Request,
  ): Promise<Answer> {
    const token = headers.get('X-CUSTOMER-KEY');
    const signedFor = token === null ? null : await verifyToken(token);
    const { customerId } = asked;
    const isVerified = signedFor !== null && (customerId === null || signedFor === customerId);

    const injected = takeFailure(asked.operation);
    let result: Answer;
    if (injected !== null) result = { status: injected, code: 'Injected' };
    else if (!headers.get('X-API-KEY')) result = { status: 401, code: 'Unauthenticated' };
    else if (!emulator.enforced || customerId === null || isVerified) result = answer(asked);
    else if (signedFor === null) result = { status: 401, code: 'Unauthenticated' };
    else result = { status: 403, code: 'AuthCustomerMismatch' };

    const hasToken = token !== null;
    const seen = { ...asked, transport, hasToken, isVerified, status: result.status };
    requests.push(seen);
    if (requests.length > MAX_REQUESTS) requests.shift();
    onRequest?.(seen);
    await wait(typeof latencyMs === 'function' ? latencyMs(asked) : latencyMs, signal);
    return result;
  }

  const emulator: StiggEmulator = {
    requests,
    enforced,
    failNext: ({ status = 500, times = 1, operation = '*' } = {}) => {
      failures.push({ status, times, operation });
    },
    issueToken: (customerId, lifetimeMs) => {
      const token = `EXPIRING ${crypto.randomUUID()}`;
      issued.set(token, { customerId, expiresAt: Date.now() + lifetimeMs });
      return token;
    },
    fetch: async (request) => {
      const { method, headers } = request;
      const cors = {
        'Access-Control-Allow-Origin': '*',
        'Access-Control-Allow-Methods': 'GET, POST, OPTIONS',
        'Access-Control-Allow-Headers': headers.get('Access-Control-Request-Headers') ?? '*',
        'Cache-Control': 'no-store',
      };
      const send = (status: number, content: unknown) =>
        Response.json(content, { status, headers: cors });

      if (method === 'OPTIONS') return new Response(null, { status: 204, headers: cors });
      const url = new URL(request.url);
      if (method === 'GET') {
        const asked = parseEdgeRequest(url);
        if (!asked) return send(404, body({ status: 404, code: 'NotFound' }));
        const result = await handle(asked, 'edge', request);
        return send(result.status, body(result));
      }
      if (method !== 'POST' || url.pathname !== '/graphql') {
        return send(404, body({ status: 404, code: 'NotFound' }));
      }
      const content: unknown = await request.json().catch(() => null);
      const isBatch = Array.isArray(content);
      const asked = (isBatch ? content : [content]).map(parseGraphqlRequest);
      if (asked.length === 0 || !asked.every((one) => one !== null)) {
        return send(400, body({ status: 400, code: 'BadUserInput' }));
      }
      const results = await Promise.all(asked.map((one) => handle(one, 'graphql', request)));
      const status = Math.max(...results.map((result) => result.status));
      return send(status, isBatch ? results.map(body) : body(results[0] as Answer));
    },
  };
  return emulator;
}

/** One read or write of an SDK, named as its GraphQL documents name it. Strings are cut at 200 characters. */
export interface StiggOperation {
  /** Such as `GetEntitlements` or `GetPaywall`. */
  operation: string;
  /** `null` if there is no customer: for the SDK's configuration, and for the paywall of a visitor. */
  customerId: string | null;
  /** The resource that is read or written; `null` for the customer as a whole. */
  resourceId: string | null;
}

/** A request, before the customer in it is known. */
export interface Asked {
  operation: string;
  /** What the operation's variables hold. */
  input: Record<string, unknown>;
}

/** How many characters of a string from the network are kept. */
export const MAX_STORED = 200;

/**
 * The part of a string from the network that is stored and logged. It is a copy, because V8 keeps the whole string in
 * memory as long as a slice of it exists.
 */
export const cut = (value: string) => [...value.slice(0, MAX_STORED)].join('');

const EDGE_ROUTES: readonly [operation: string, path: RegExp][] = [
  ['GetSdkConfiguration', /^\/v1\/config\/(?:client|server)-sdk-configuration\.json$/],
  ['GetEntitlements', /^\/v1\/c\/(.+)\/entitlements\.json$/],
  ['GetEntitlementsState', /^\/v1\/c\/(.+)\/entitlements-state\.json$/],
  ['GetActiveSubscriptionsList', /^\/v1\/c\/(.+)\/subscriptions\.json$/],
  ['GetPaywall', /^\/v1(?:\/p\/[^/]+)?\/paywall\.json$/],
];

/** The SDK does not escape ids in the path, so a `%` in an id may be only a `%`. */
const decode = (segment: string) =>
  segment.replaceAll(/(?:%[\da-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });

/** The operation that a request to the edge API wants; `null` if there is no such route. */
export function parseEdgeRequest({ pathname, searchParams }: URL): Asked | null {
  for (const [operation, path] of EDGE_ROUTES) {
    const match = path.exec(pathname);
    if (match) {
      const customerId = match[1] && decode(match[1]);
      const resourceId = searchParams.get('resourceId');
      const several = searchParams.getAll('resourceIds');
      const resourceIds = several.length > 0 ? several : undefined;
      return { operation, input: { customerId, resourceId, resourceIds } };
    }
  }
  return null;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

/**
 * The operation that one GraphQL request wants; `null` if it is no such request. The emulator uses `operationName` and
 * `variables`, and does not read the query.
 */
export function parseGraphqlRequest(body: unknown): Asked | null {
  if (!isObject(body) || typeof body.operationName !== 'string') return null;
  // Every document of the SDKs has its input in the first variable.
  const [input] = isObject(body.variables) ? Object.values(body.variables) : [];
  return { operation: body.operationName, input: isObject(input) ? input : {} };
}

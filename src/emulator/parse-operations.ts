/** One read or write of the SDK, named as its GraphQL documents name it. */
export interface StiggOperation {
  /** Such as `GetEntitlements` or `GetPaywall`. */
  operation: string;
  /** `null` for what is public: the SDK's configuration and the paywall of a visitor. */
  customerId: string | null;
  /** The resource whose entitlements are read; `null` for the customer's own. */
  resourceId: string | null;
}

const EDGE_ROUTES: readonly [operation: string, path: RegExp][] = [
  ['GetSdkConfiguration', /^\/v1\/config\/client-sdk-configuration\.json$/],
  ['GetEntitlements', /^\/v1\/c\/(.+)\/entitlements\.json$/],
  ['GetActiveSubscriptionsList', /^\/v1\/c\/(.+)\/subscriptions\.json$/],
  ['GetPaywall', /^\/v1(?:\/p\/[^/]+)?\/paywall\.json$/],
];

/** The SDK puts ids into the path as they are, so a `%` in one need not be an escape. */
const decode = (segment: string) =>
  segment.replaceAll(/(?:%[\da-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });

/** What a request to the edge API asks for; `null` when there is no such route. */
export function parseEdgeRequest({ pathname, searchParams }: URL): StiggOperation | null {
  for (const [operation, path] of EDGE_ROUTES) {
    const match = path.exec(pathname);
    if (match) {
      return {
        operation,
        customerId: match[1] ? decode(match[1]) : null,
        resourceId: searchParams.get('resourceId'),
      };
    }
  }
  return null;
}

const stringOrNull = (value: unknown) => (typeof value === 'string' ? value : null);

/**
 * What one GraphQL request asks for; `null` when it is not one. The emulator goes by `operationName`
 * and `variables` and does not read the query.
 */
export function parseGraphqlRequest(body: unknown): StiggOperation | null {
  const { operationName, variables } = (body ?? {}) as Record<string, unknown>;
  if (typeof operationName !== 'string') return null;
  // Every document of the SDK takes one variable, which holds the ids.
  const [input] = Object.values((variables ?? {}) as Record<string, Record<string, unknown>>);
  return {
    operation: operationName,
    customerId: stringOrNull(input?.customerId),
    resourceId: stringOrNull(input?.resourceId),
  };
}

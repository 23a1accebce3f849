import { isSendable } from '../../backend/token-format';

/** The id of no real customer. A token for it has a right signature, but names another customer. */
export const ANOTHER_CUSTOMER = 'hardened-stigg-doctor';

/** Usual names of a field that holds the customer. */
const NAMES = [
  ...['customerId', 'customer_id', 'customerID', 'customer-id', 'customer', 'cid'],
  ...['userId', 'user_id', 'user', 'uid', 'id', 'sub', 'email', 'username'],
  ...['accountId', 'account_id', 'account', 'orgId', 'org_id', 'organizationId', 'organization_id'],
  ...['org', 'organization', 'tenantId', 'tenant_id', 'tenant', 'workspaceId', 'workspace_id'],
  ...['teamId', 'team_id', 'refId', 'stiggCustomerId'],
];

/** Includes headers that proxies set. An endpoint that is reached without the proxy may believe them. */
const HEADERS = [
  ...NAMES.filter((name) => /id$/i.test(name)).map((name) =>
    `x-${name.replace(/[_-]?id$/i, '-id').replace(/([a-z])([A-Z])/g, '$1-$2')}`.toLowerCase(),
  ),
  ...['x-customer', 'x-user', 'x-email', 'x-tenant', 'x-organization', 'customer-id', 'user-id'],
  ...['x-forwarded-user', 'x-forwarded-email', 'x-remote-user', 'remote-user', 'x-auth-user'],
  ...[
    'x-auth-request-user',
    'x-auth-request-email',
    'x-authenticated-user',
    'x-authenticated-userid',
  ],
];

export interface Probe {
  /** Where the request names the customer. */
  place: string;
  url: URL;
  headers: Record<string, string>;
  method?: string;
  body?: string;
}

const every = (names: readonly string[], value: string) =>
  Object.fromEntries(names.map((name) => [name, value]));

/** Requests that name a customer in every usual way: one request for each place where an endpoint could read the id. */
export function namingProbes(
  url: URL,
  session: Record<string, string>,
  customerId: string,
  currentId: string | undefined,
): Probe[] {
  const encoded = encodeURIComponent(customerId);
  const inHeader = isSendable(customerId) ? customerId : encoded;
  const query = new URL(url);
  for (const name of NAMES) query.searchParams.set(name, customerId);
  const cookies = NAMES.map((name) => `${name}=${encoded}`).join('; ');
  const probes: Probe[] = [
    { place: 'query', url: query, headers: session },
    { place: 'headers', url, headers: { ...every([...new Set(HEADERS)], inHeader), ...session } },
    {
      place: 'cookies',
      url,
      // Before the session's cookie and after it, because some servers use the first, and others the last.
      headers: {
        ...session,
        cookie: [cookies, session.cookie, cookies].filter(Boolean).join('; '),
      },
    },
    {
      place: 'JSON body',
      url,
      method: 'POST',
      headers: { ...session, 'content-type': 'application/json' },
      body: JSON.stringify(every(NAMES, customerId)),
    },
    {
      place: 'form body',
      url,
      method: 'POST',
      headers: { ...session, 'content-type': 'application/x-www-form-urlencoded' },
      body: `${new URLSearchParams(every(NAMES, customerId))}`,
    },
  ];
  const written = currentId && encodeURIComponent(currentId);
  if (written && written !== encoded && (url.pathname + url.search).includes(written)) {
    const named = new URL((url.pathname + url.search).replaceAll(written, encoded), url);
    probes.push({ place: 'URL', url: named, headers: session });
  }
  if (!session.authorization) {
    const headers = { ...session, authorization: `Bearer ${inHeader}` };
    probes.push({ place: 'bearer header', url, headers });
  }
  return probes;
}

/** Origins that a careless comparison accepts as the app's own. */
export function foreignOrigins({
  protocol,
  hostname,
  host,
}: URL): { origin: string; site: string }[] {
  const isName = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/i.test(hostname) && !/^[\d.]+$/.test(hostname);
  const parent = hostname.split('.').length > 2 ? hostname.replace(/^[^.]+\./, '') : hostname;
  return [
    { origin: 'https://another-site.example', site: 'cross-site' },
    { origin: 'null', site: 'cross-site' },
    {
      origin: `https://${hostname.replace(/[[\]:]/g, '')}.another-site.example`,
      site: 'cross-site',
    },
    { origin: `https://another-site-${hostname.replace(/[[\]:]/g, '')}`, site: 'cross-site' },
    ...(isName
      ? [
          { origin: `${protocol}//hardened-stigg-doctor.${parent}`, site: 'same-site' },
          // A regular expression matches this if its dot is not escaped.
          { origin: `https://${host.replace(/\.([^.]*)$/, 'x$1')}.example`, site: 'cross-site' },
        ]
      : []),
  ];
}

import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { faultOfSecret } from '../../backend/token-format';
import { createStiggEmulator, type EmulatorRequest } from '../../emulator/create-emulator';
import { assertNotBlank, parseNumber, parseOptions, UsageError } from '../parse-options';
import { printable } from '../printable';
import { type CustomersFile, readCustomers } from './customers-file';

const HELP = `Usage: hardened-stigg emulator [options]

Emulates Stigg's edge API and GraphQL API for Stigg's SDKs, in the browser and on a server. It verifies tokens.

  --port <number>        Default: 4500; 0 is any free one
  --host <address>       Default: 127.0.0.1, so that only this machine reaches it
  --customers <file>     JSON: { "customers": { "<id>": { "entitlements": { … } } }, "plans": [ … ] }
                         Default: acme, which has "feature-sso" and 5 "seats", and globex, which has nothing
  --read-only            publishable keys only read: they cannot apply a subscription to their own customer
  --not-enforced         also answers requests without a token, as Stigg does before enforcement is switched on
  --latency <ms>         milliseconds before each answer. Default: 0
  --help, -h             prints this

The environment variable STIGG_SIGNING_SECRET holds the signing secret. Default: "local-secret".

A customer has "name", "email", "planId", "entitlements", "usage" and "resources". An entitlement is true, a number,
{ "limit": 10, "usage": 3 }, or Stigg's own form. A plan has "id", "name", "description", "monthlyPrice" and "entitlements".

Exit codes: 0 stopped with Ctrl+C or SIGTERM, 1 cannot listen on the port, 2 wrong usage or a wrong file.

Example:
  npx hardened-stigg emulator --customers customers.json
`;

const OPTIONS = {
  port: { type: 'string', default: '4500' },
  host: { type: 'string', default: '127.0.0.1' },
  customers: { type: 'string' },
  'read-only': { type: 'boolean', default: false },
  'not-enforced': { type: 'boolean', default: false },
  latency: { type: 'string', default: '0' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

const DEFAULT_SECRET = 'local-secret';

const DEFAULT_CUSTOMERS: CustomersFile = {
  customers: {
    acme: { name: 'Acme', entitlements: { 'feature-sso': true, seats: 5 } },
    globex: { name: 'Globex' },
  },
  plans: [],
};

/** One line per request: the operation, the customer and the verdict. */
function describe({
  operation,
  customerId,
  key,
  hasToken,
  isVerified,
  status,
}: EmulatorRequest): string {
  const verdict = !hasToken ? 'no token' : isVerified ? 'verified' : 'WRONG TOKEN';
  const token = key === 'server' ? 'server key' : verdict;
  const whom = customerId === null ? '-' : printable(customerId);
  return `${status}  ${token.padEnd(11)}  ${printable(operation)}  ${whom}`;
}

/** `hardened-stigg emulator`. Resolves to the exit code, once it has stopped. */
export async function emulator(args: string[]): Promise<number> {
  const options = parseOptions(args, OPTIONS);
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  assertNotBlank('host', options.host); // Node would listen for every machine
  assertNotBlank('customers', options.customers);
  const port = parseNumber('port', options.port, 0, 65_535);
  const latencyMs = parseNumber('latency', options.latency, 0, 600_000);
  const world = options.customers ? readCustomers(options.customers) : DEFAULT_CUSTOMERS;
  const secret = process.env.STIGG_SIGNING_SECRET || undefined;
  const fault = faultOfSecret(secret ?? DEFAULT_SECRET);
  if (fault) throw new UsageError(`STIGG_SIGNING_SECRET ${fault}.`);

  const stigg = createStiggEmulator({
    ...world,
    signingSecret: secret ?? DEFAULT_SECRET,
    enforced: !options['not-enforced'],
    readOnly: options['read-only'],
    latencyMs,
    onRequest: (request) => console.log(describe(request)),
  });
  const server = createAdaptorServer({ fetch: stigg.fetch, overrideGlobalObjects: false });
  // Longer than clients keep a connection. With Node's default of 5 s, a client may send a request on a connection that
  // is being closed.
  if ('keepAliveTimeout' in server) server.keepAliveTimeout = 65_000;

  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      console.error(
        error.code === 'EADDRINUSE'
          ? `hardened-stigg emulator: port ${port} is taken. Give another with --port, or 0 for any free one.`
          : `hardened-stigg emulator: cannot listen on ${options.host}, port ${port} (${error.code}). Check --host and --port.`,
      );
      resolve(1);
    });
    server.listen(port, options.host, () => {
      const { address, family, port } = server.address() as AddressInfo;
      const isEverywhere = address === '0.0.0.0' || address === '::'; // no address that a browser opens
      const host = isEverywhere ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
      const url = `http://${host}:${port}`;
      console.log(`Stigg's API is emulated at ${url}${isEverywhere ? ', and every machine that reaches this one can use it' : ''}

  In the page:     <HardenedStiggProvider baseUri="${url}" baseEdgeUri="${url}" apiKey="client-local" …>
  In the backend:  signing secret ${secret ? 'from STIGG_SIGNING_SECRET' : `"${DEFAULT_SECRET}"`}
  Its server SDK:  Stigg.initialize({ apiKey: 'server-local', baseUri: '${url}', baseEdgeUri: '${url}' })
  Customers:       ${Object.keys(world.customers).slice(0, 10).map(printable).join(', ') || 'none'}
  Enforcement:     ${stigg.enforced ? 'on: no answer without a valid token' : 'OFF: anyone can read any customer'}

Ctrl+C stops it. Each request is shown below:
`);
    });
    const stop = () => {
      server.close(() => resolve(0));
      if ('closeAllConnections' in server) server.closeAllConnections();
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
  });
}

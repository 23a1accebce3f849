import type { AddressInfo } from 'node:net';
import { createAdaptorServer } from '@hono/node-server';
import { faultOfSecret } from '../../backend/token-format';
import { createStiggEmulator, type EmulatorRequest } from '../../emulator/create-emulator';
import { assertNotBlank, parseNumber, parseOptions, UsageError } from '../parse-options';
import { printable } from '../printable';
import { type CustomersFile, readCustomers } from './customers-file';

const HELP = `Usage: hardened-stigg emulator [options]

Emulates Stigg's edge and GraphQL API, for its SDKs in the browser and on a server, and verifies customer tokens for real.

  --port <number>        Default: 4500; 0 is any free one
  --host <address>       Default: 127.0.0.1, so that only this machine reaches it
  --customers <file>     JSON: { "customers": { "<id>": { "entitlements": { … } } }, "plans": [ … ] }
                         Default: acme, who has "feature-sso" and 5 "seats", and globex, who has nothing
  --read-only            a publishable key may not even apply a subscription to its own customer
  --not-enforced         answers without tokens too, as Stigg does before enforcement is switched on
  --latency <ms>         milliseconds before each answer. Default: 0
  --help, -h             prints this

The signing secret is the environment variable STIGG_SIGNING_SECRET; without it, "local-secret".

A customer has "name", "email", "planId", "entitlements", "usage" and "resources"; an entitlement is true, a number,
{ "limit": 10, "usage": 3 }, or Stigg's own form. A plan has "id", "name", "description", "monthlyPrice" and "entitlements".

Exit codes: 0 stopped with Ctrl+C or SIGTERM, 1 it cannot listen, 2 wrong usage or a wrong file.

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
  // Longer than clients keep a connection: at 5 s, which is Node's own, a request may meet one that is being closed.
  if ('keepAliveTimeout' in server) server.keepAliveTimeout = 65_000;

  return new Promise((resolve) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      console.error(
        error.code === 'EADDRINUSE'
          ? `hardened-stigg emulator: port ${port} is taken. Give another with --port, or 0 for any free one.`
          : `hardened-stigg emulator: cannot listen on ${options.host}, port ${port} (${error.code}).`,
      );
      resolve(1);
    });
    server.listen(port, options.host, () => {
      const { address, family, port } = server.address() as AddressInfo;
      const isEverywhere = address === '0.0.0.0' || address === '::'; // no address that a browser opens
      const host = isEverywhere ? 'localhost' : family === 'IPv6' ? `[${address}]` : address;
      const url = `http://${host}:${port}`;
      console.log(`Stigg's API, emulated at ${url}${isEverywhere ? ', and for every machine that reaches this one' : ''}

  In the page:     <HardenedStiggProvider baseUri="${url}" baseEdgeUri="${url}" apiKey="client-local" …>
  In the backend:  signing secret ${secret ? 'from STIGG_SIGNING_SECRET' : `"${DEFAULT_SECRET}"`}
  Its server SDK:  Stigg.initialize({ apiKey: 'server-local', baseUri: '${url}', baseEdgeUri: '${url}' })
  Customers:       ${Object.keys(world.customers).slice(0, 10).map(printable).join(', ') || 'none'}
  Enforcement:     ${stigg.enforced ? 'on: no answer without a token that verifies' : 'OFF: anyone reads anyone'}

Ctrl+C stops it. Each request to come:
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

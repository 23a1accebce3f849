import { faultOfSecret } from '../../backend/token-format';
import { assertNotBlank, parseNumber, parseOptions, parseUrl, UsageError } from '../parse-options';
import { checkIdentity, isPrivate, WRONG_SECRET } from './check-identity';
import { checkStigg } from './check-stigg';
import { createSpinner, print } from './print';
import { type Check, conclude, type Enforcement } from './report';
import { sayUrl, valuesOf } from './say';
import { parseSelect } from './select';
import { readSession } from './session';

const HELP = `Usage: hardened-stigg doctor --identity-url <url> [options]

Checks a running deployment, and says whether Stigg's client-side enforcement can be switched on.

  --identity-url <url>   your identity endpoint
  --header <header>      the header that signs in, such as 'Cookie: session=…' or 'Authorization: Bearer …';
                         repeatable. @file reads header lines from a file
  --customer <id>        the customer that this header signs in: the check fails for any other
  --select <path>        where the identity is, if your answer has another shape: data.identity, or
                         customerId=user.id,customerToken=user.token
  --api-key <key>        the publishable key of the Stigg environment ("client-…")
  --edge-url <url>       Stigg's edge API. Default: https://edge.api.stigg.io
  --expect <state>       enforced or not-enforced: exits with 1 if the state is another one
  --timeout <ms>         milliseconds that one request may take. Default: 10000
  --insecure             allows plain http to another machine; the check of https fails nevertheless
  --json                 prints the report as JSON, and nothing else (doctor-report.schema.json describes it)
  --help, -h             prints this

Secrets belong in environment variables, because other users of the machine can read a command line. Neither variable
is ever printed. STIGG_SIGNING_SECRET is the signing secret: without it, no signature can be checked until Stigg
enforces. HARDENED_STIGG_SESSION takes the same as --header, one header per line.

The doctor sends about forty requests to the identity endpoint, one after the other: signed in, signed out, with an
altered session, as another site would, and with the id of another customer in every usual place. It sends four
requests to Stigg. Each reads the entitlements of the signed-in customer. The doctor changes nothing, except what a
POST to your endpoint changes.

Exit codes: 0 as expected (without --expect: safe to enforce, or already enforced), 1 not as expected, 2 wrong usage.

Example:
  STIGG_SIGNING_SECRET=… npx hardened-stigg doctor --identity-url https://app.example.com/api/identity \\
    --header 'Cookie: session=…' --api-key client-… --expect not-enforced
`;

const OPTIONS = {
  'identity-url': { type: 'string' },
  header: { type: 'string', multiple: true },
  customer: { type: 'string' },
  select: { type: 'string' },
  'api-key': { type: 'string' },
  'edge-url': { type: 'string', default: 'https://edge.api.stigg.io' },
  expect: { type: 'string' },
  timeout: { type: 'string', default: '10000' },
  insecure: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

function parseExpected(value: string | undefined): Enforcement | null {
  if (value === undefined) return null;
  if (value === 'enforced' || value === 'not-enforced') return value;
  throw new UsageError('--expect must be enforced or not-enforced.');
}

/** Keys travel in a header, and a server key is a secret: it must not even be tried. */
function parseApiKey(value: string | undefined): string | undefined {
  if (value?.startsWith('server-')) {
    throw new UsageError(
      '--api-key is a server key, which is a secret. Give the publishable key, which starts with "client-". Replace the server key if it was ever in a browser.',
    );
  }
  if (value !== undefined && !/^[!-~]+$/.test(value)) {
    throw new UsageError('--api-key must be printable ASCII, without spaces.');
  }
  return value;
}

/** @throws UsageError for a spoiled secret, because it would match no token */
function readSecret(secret: string | undefined): string | undefined {
  if (!secret) return undefined; // CI gives an empty variable for a secret that does not exist
  const fault = faultOfSecret(secret);
  if (fault) {
    throw new UsageError(
      `STIGG_SIGNING_SECRET ${fault}. If the backend reads it from the same place, its tokens are wrong as well: once Stigg enforces, everyone is locked out.`,
    );
  }
  return secret;
}

/** A session or a token over plain http can be read by everyone on the way: it must not even be sent. */
function assertPrivate(name: string, url: URL, isInsecure: boolean): void {
  if (isPrivate(url) || isInsecure) return;
  throw new UsageError(
    `--${name} is plain http to another machine, which everyone on the way can read. Use https, or allow it with --insecure. Nothing was sent.`,
  );
}

const NO_STIGG = ['stigg-signed', 'stigg-unsigned', 'stigg-forged', 'stigg-another'];

/** If Stigg accepts the token and refuses forged ones, the secret of this shell is the wrong one. */
function findOddSecret(checks: Check[], enforcement: Enforcement): Check[] {
  const isAccepted = checks.some(({ id, status }) => id === 'stigg-signed' && status === 'pass');
  return checks.map((check) =>
    check.message === WRONG_SECRET && isAccepted && enforcement === 'enforced'
      ? {
          ...check,
          status: 'warn',
          message: `${WRONG_SECRET}, but Stigg accepts it: the secret of this shell is the wrong one`,
          advice:
            'Set STIGG_SIGNING_SECRET to the secret of this environment. The backend has the right one.',
        }
      : check,
  );
}

/** `hardened-stigg doctor`. Resolves to the exit code. */
export async function doctor(args: string[]): Promise<number> {
  const options = parseOptions(args, OPTIONS);
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  if (!options['identity-url']) throw new UsageError('--identity-url is missing.');
  const url = parseUrl('identity-url', options['identity-url']);
  const edgeUrl = parseUrl('edge-url', options['edge-url']);
  assertPrivate('identity-url', url, options.insecure);
  assertPrivate('edge-url', edgeUrl, options.insecure);
  assertNotBlank('customer', options.customer);
  const apiKey = parseApiKey(options['api-key']);
  const expected = parseExpected(options.expect);
  const session = readSession(options.header ?? [], process.env.HARDENED_STIGG_SESSION);
  const select = parseSelect(options.select);
  const timeoutMs = parseNumber('timeout', options.timeout, 1, 600_000);
  const signingSecret = readSecret(process.env.STIGG_SIGNING_SECRET);

  const spinner = createSpinner(options.json ? undefined : process.stderr);
  const { checks, identity } = await checkIdentity(
    { url, session, customer: options.customer, select, signingSecret, timeoutMs },
    (what) => spinner.show(`identity endpoint: ${what} …`),
  );
  let enforcement: Enforcement = 'unknown';
  if (identity && apiKey) {
    const stigg = await checkStigg(
      { url: edgeUrl, apiKey, signingSecret, timeoutMs },
      identity,
      (what) => spinner.show(`Stigg: ${what} …`),
    );
    checks.push(...stigg.checks);
    enforcement = stigg.enforcement;
  } else {
    const message = apiKey ? 'needs an identity' : 'needs --api-key';
    checks.push(...NO_STIGG.map((id): Check => ({ id, status: 'skip', message })));
  }
  spinner.stop();

  const report = conclude(findOddSecret(checks, enforcement), enforcement, expected);
  if (options.json) console.log(JSON.stringify(report, null, 2));
  else print(report, { identityUrl: sayUrl(url, valuesOf(session)), edgeUrl: edgeUrl.origin });
  return report.ok ? 0 : 1;
}

import { parseNumber, parseOptions, parseUrl, UsageError } from '../parse-options';
import { checkIdentity } from './check-identity';
import { checkStigg } from './check-stigg';
import { createSpinner, print } from './print';
import { type Check, conclude, type Enforcement } from './report';

const HELP = `Usage: hardened-stigg doctor --identity-url <url> [options]

Checks a running deployment, and says whether Stigg's client-side enforcement can be switched on.

  --identity-url <url>   your identity endpoint
  --header <header>      what signs in, such as 'Cookie: session=…' or 'Authorization: Bearer …'; repeatable
  --api-key <key>        the publishable key of the Stigg environment ("client-…")
  --edge-url <url>       Stigg's edge API. Default: https://edge.api.stigg.io
  --expect <state>       enforced or not-enforced: exits with 1 if it is otherwise
  --timeout <ms>         milliseconds that one request may take. Default: 10000
  --json                 prints the report as JSON, and nothing else
  --help, -h             prints this

The signing secret is read from the environment variable STIGG_SIGNING_SECRET, and never printed. Without it
nothing can be said of a signature while Stigg does not enforce.

It asks the identity endpoint four times (once with POST, once as another site would), and Stigg four times for
the entitlements of the customer that is signed in. It changes nothing.

Exit codes: 0 as expected (without --expect: safe to enforce, or already enforced), 1 not, 2 wrong usage.

Example:
  STIGG_SIGNING_SECRET=… npx hardened-stigg doctor --identity-url https://app.example.com/api/identity \\
    --header 'Cookie: session=…' --api-key client-… --expect not-enforced
`;

const OPTIONS = {
  'identity-url': { type: 'string' },
  header: { type: 'string', multiple: true },
  'api-key': { type: 'string' },
  'edge-url': { type: 'string', default: 'https://edge.api.stigg.io' },
  expect: { type: 'string' },
  timeout: { type: 'string', default: '10000' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** `Name: value` lines as headers. Complaints hold no value. */
function parseHeaders(lines: readonly string[]): Headers {
  const headers = new Headers();
  for (const line of lines) {
    const [, name = '', value = ''] = /^([^:]+):(.*)$/s.exec(line) ?? [];
    try {
      headers.append(name.trim(), value.trim());
    } catch {
      throw new UsageError("--header must be of the form 'Name: value'.");
    }
  }
  return headers;
}

function parseExpected(value: string | undefined): Enforcement | null {
  if (value === undefined) return null;
  if (value === 'enforced' || value === 'not-enforced') return value;
  throw new UsageError('--expect must be enforced or not-enforced.');
}

/** Keys travel in a header, and a server key is a secret: it must not even be tried. */
function parseApiKey(value: string | undefined): string | undefined {
  if (value?.startsWith('server-')) {
    throw new UsageError(
      '--api-key is a server key. It is a secret: give the publishable key, which starts with "client-", and replace this one if it was ever in a browser.',
    );
  }
  if (value !== undefined && !/^[!-~]+$/.test(value)) {
    throw new UsageError('--api-key must be printable ASCII, without spaces.');
  }
  return value;
}

const NO_STIGG = ['stigg-signed', 'stigg-unsigned', 'stigg-forged', 'stigg-another'];

/** `hardened-stigg doctor`. Resolves to the exit code. */
export async function doctor(args: string[]): Promise<number> {
  const options = parseOptions(args, OPTIONS);
  if (options.help) {
    console.log(HELP);
    return 0;
  }
  if (!options['identity-url']) throw new UsageError('--identity-url is missing.');
  const identityUrl = parseUrl('identity-url', options['identity-url']);
  const edgeUrl = parseUrl('edge-url', options['edge-url']);
  const apiKey = parseApiKey(options['api-key']);
  const expected = parseExpected(options.expect);
  const headers = parseHeaders(options.header ?? []);
  const timeoutMs = parseNumber('timeout', options.timeout, 1, 600_000);
  const signingSecret = process.env.STIGG_SIGNING_SECRET || undefined;

  const spinner = createSpinner(options.json ? undefined : process.stderr);
  const { checks, identity } = await checkIdentity(
    { url: identityUrl, headers, signingSecret, timeoutMs },
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

  const report = conclude(checks, enforcement, expected);
  if (options.json) console.log(JSON.stringify(report, null, 2));
  else print(report, { identityUrl, edgeUrl });
  return report.ok ? 0 : 1;
}

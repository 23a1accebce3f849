import { beforeAll, describe, expect, test } from 'vitest';
import { install, SDK } from './install';

const NEXT = '16.4.6';

const LAYOUT = `
import { HardenedStiggProvider } from 'hardened-stigg';
import { createCustomerToken } from 'hardened-stigg/server';

// A server component: it signs, and it has the provider as it is.
export default function Layout({ children }) {
  const identity = { customerId: 'acme', customerToken: createCustomerToken('acme', 'secret') };
  return (
    <html lang="en">
      <body>
        <HardenedStiggProvider apiKey="client-key" identityEndpoint="/api/node" initialIdentity={identity}>
          {children}
        </HardenedStiggProvider>
      </body>
    </html>
  );
}
`;
const ACCOUNT = `
'use client';
import { useHardenedCustomer } from 'hardened-stigg';
export const Account = () => <p>the account is {useHardenedCustomer().status}</p>;
`;
const PAGE = `
import { HardenedCustomerGate } from 'hardened-stigg';
import { Account } from './account';
export default () => <><Account /><HardenedCustomerGate loading={<p>the gate waits</p>} /></>;
`;
// Server components again, with the lazy entry and with what the customer may use.
const LAZY_LAYOUT = LAYOUT.replace("from 'hardened-stigg'", "from 'hardened-stigg/lazy'").replace(
  "'secret') }",
  "'secret'), entitlements: { sso: true } }",
);
const LAZY_ACCOUNT = ACCOUNT.replace("from 'hardened-stigg'", "from 'hardened-stigg/lazy'");
const LAZY_PAGE = `
import { BooleanEntitlementGuard, Paywall } from 'hardened-stigg/lazy';
import { Account } from './account';
export default () => (
  <>
    <Account />
    <BooleanEntitlementGuard featureId="sso"><p>single sign-on is granted</p></BooleanEntitlementGuard>
    <Paywall fallback={<p>the plans are to come</p>} />
  </>
);
`;
const handler = (entry: 'server' | 'edge') => `
import { createIdentityHandler } from 'hardened-stigg/${entry}';
export const runtime = '${entry === 'edge' ? 'edge' : 'nodejs'}';
export const dynamic = 'force-dynamic';
export const GET = createIdentityHandler({ signingSecret: 'secret', getCustomerId: () => 'acme' });
`;
const EDGE_FUNCTION = `
import { createIdentityHandler } from 'hardened-stigg/edge';
export const config = { runtime: 'edge' };
export default createIdentityHandler({ signingSecret: 'secret', getCustomerId: () => 'acme' });
`;
// Next.js takes getServerSideProps, and what only that uses, out of what it sends to the browser.
const PAGES_ROUTER = `
import { createCustomerToken } from 'hardened-stigg/server';
export const getServerSideProps = () => ({ props: { token: createCustomerToken('acme', 'secret') } });
export default ({ token }) => <p>{token}</p>;
`;
const SECRET_IN_PAGE = `
'use client';
import { createCustomerToken } from 'hardened-stigg/server';
export default () => <p onClick={() => alert(createCustomerToken('acme', 'secret'))}>Sign</p>;
`;
const PLAIN_LAYOUT = `
export default ({ children }) => <html lang="en"><body>{children}</body></html>;
`;

const GOOD = {
  'app/layout.js': LAYOUT,
  'app/page.js': PAGE,
  'app/account.js': ACCOUNT,
  'app/api/node/route.js': handler('server'),
  'pages/api/edge-function.js': EDGE_FUNCTION,
  'pages/legacy.js': PAGES_ROUTER,
};
const APPS = {
  turbopack: { ...GOOD, 'app/api/edge/route.js': handler('edge') },
  // A route on the edge fails to build with webpack in this version of Next.js, whatever is in it.
  webpack: GOOD,
  lazy: {
    'app/layout.js': LAZY_LAYOUT,
    'app/page.js': LAZY_PAGE,
    'app/account.js': LAZY_ACCOUNT,
  },
  bad: { 'app/layout.js': PLAIN_LAYOUT, 'app/page.js': SECRET_IN_PAGE },
};

/** Starts what was built, asks it for each path, and prints the answers, one a line. */
const ASK = `
import { createServer } from 'node:http';
import next from 'next';
const [dir, ...paths] = process.argv.slice(2);
const app = next({ dir, dev: false });
await app.prepare();
const server = createServer(app.getRequestHandler()).listen(0, async () => {
  for (const path of paths) {
    const response = await fetch('http://localhost:' + server.address().port + path);
    console.log(path, response.status, (await response.text()).replaceAll('\\n', ' '));
  }
  process.exit();
});
`;

const TESTED =
  "a server component takes the provider as it is; Node and the edge sign; with `/lazy`, the HTML is entitled and Stigg's SDK is in a file of its own; a client component that imports `/server` does not build";

describe('Next.js', { meta: { tested: TESTED } }, () => {
  let folder: Awaited<ReturnType<typeof install>>;
  beforeAll(async () => {
    const files = Object.entries(APPS).flatMap(([app, files]) =>
      Object.entries(files).map(([path, text]) => [`${app}/${path}`, text]),
    );
    folder = await install({
      dependencies: {
        ...SDK['5.28.2'].dependencies,
        ...{ next: NEXT, react: '19.3.1', 'react-dom': '19.3.1' },
      },
      overrides: { react: '19.3.1', 'react-dom': '19.3.1' },
      files: { ...Object.fromEntries(files), 'ask.mjs': ASK },
    });
  });

  test.for([
    ['Turbopack', 'turbopack'],
    ['webpack', 'webpack'],
  ] as const)(`${NEXT} with %s`, async ([, compiler]) => {
    const { run } = folder;
    const build = (app: keyof typeof APPS) => run('npx', 'next', 'build', app, `--${compiler}`);
    await build(compiler);

    const signing = ['/api/node', '/api/edge-function', '/legacy'];
    if (compiler === 'turbopack') signing.push('/api/edge');
    const answers = await run('node', 'ask.mjs', compiler, '/', ...signing);
    expect(answers).toMatch(/^\/ 200 .*the account is (<!-- -->)?loading.*the gate waits/m);
    for (const path of signing) {
      expect(answers).toMatch(new RegExp(`^${path} 200 .*HMAC-SHA256 acme:`, 'm'));
    }
    const sent = await run('grep', '-rh', '', `${compiler}/.next/static`);
    expect(sent).toContain('needs <HardenedStiggProvider> above it');
    expect(sent).not.toContain('signingSecret must be');

    await build('lazy');
    const page = await run('node', 'ask.mjs', 'lazy', '/');
    expect(page).toMatch(
      /^\/ 200 .*the account is (<!-- -->)?ready.*single sign-on is granted.*the plans are to come/m,
    );
    const first = new Set(page.match(/static\/[\w./~-]+\.js/g));
    const having = (word: string) => run('grep', '-rlF', word, 'lazy/.next/static');
    const isFirst = (file: string) => first.has(file.replace('lazy/.next/', ''));
    const provider = (await having('needs <HardenedStiggProvider> above it')).trim().split('\n');
    expect(provider.some(isFirst)).toBe(true);
    const sdk = (await having('X-CUSTOMER-KEY')).trim().split('\n'); // the header of its requests
    expect(sdk.filter(isFirst)).toEqual([]);

    await expect(build('bad')).rejects.toThrow(
      /not-in-a-browser|'createCustomerToken' is not exported from 'hardened-stigg\/server'/,
    );
  });
});

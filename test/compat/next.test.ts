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
const route = (entry: 'server' | 'edge', runtime: 'nodejs' | 'edge') => `
import { createIdentityHandler } from 'hardened-stigg/${entry}';
export const runtime = '${runtime}';
export const dynamic = 'force-dynamic';
export const GET = createIdentityHandler({ signingSecret: 'secret', getCustomerId: () => 'acme' });
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

/** Starts what was built, asks it for each path, and prints the answers. */
const ASK = `
import { createServer } from 'node:http';
import next from 'next';
const app = next({ dir: 'good', dev: false });
await app.prepare();
const server = createServer(app.getRequestHandler()).listen(0, async () => {
  for (const path of process.argv.slice(2)) {
    const response = await fetch('http://localhost:' + server.address().port + path);
    console.log(path, response.status, await response.text());
  }
  process.exit();
});
`;

const TOKEN = 'HMAC-SHA256 acme:';
const TESTED =
  'a server component takes the provider as it is; routes on Node and the edge sign; a client component that imports `/server` does not build';

describe('Next.js', { meta: { tested: TESTED } }, () => {
  let folder: Awaited<ReturnType<typeof install>>;
  beforeAll(async () => {
    folder = await install({
      ...SDK['5.28.2'],
      dependencies: {
        ...SDK['5.28.2'].dependencies,
        ...{ next: NEXT, react: '19.3.1', 'react-dom': '19.3.1' },
      },
      overrides: { react: '19.3.1', 'react-dom': '19.3.1' },
      files: {
        'good/app/layout.js': LAYOUT,
        'good/app/page.js': PAGE,
        'good/app/account.js': ACCOUNT,
        'good/app/api/node/route.js': route('server', 'nodejs'),
        'good/app/api/edge/route.js': route('edge', 'edge'),
        'good/pages/legacy.js': PAGES_ROUTER,
        'bad/app/layout.js': PLAIN_LAYOUT,
        'bad/app/page.js': SECRET_IN_PAGE,
        'ask.mjs': ASK,
      },
    });
  });

  test.for(['Turbopack', 'webpack'])(`${NEXT} with %s`, async (compiler) => {
    const { run } = folder;
    const build = (app: 'good' | 'bad') =>
      run('npx', 'next', 'build', app, `--${compiler.toLowerCase()}`);

    await build('good');
    const answers = await run('node', 'ask.mjs', '/', '/api/node', '/api/edge', '/legacy');
    expect(answers).toMatch(/^\/ 200 .*the account is (<!-- -->)?loading.*the gate waits/m);
    for (const path of ['/api/node', '/api/edge', '/legacy']) {
      expect(answers).toMatch(new RegExp(`^${path} 200 .*${TOKEN}`, 'm'));
    }
    const sent = await run('grep', '-rh', '', 'good/.next/static');
    expect(sent).toContain('needs <HardenedStiggProvider> above it');
    expect(sent).not.toContain('signingSecret must be');

    await expect(build('bad')).rejects.toThrow(/not-in-a-browser|useItInBackendCodeOnly/);
  });
});

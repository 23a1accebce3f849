import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, inject, onTestFinished, test, vi } from 'vitest';
import { closeBrowser, openContext, openPage } from '../helpers/browser';
import { blocksOf } from '../helpers/docs-blocks';
import { freePort } from '../helpers/free-port';
import { SIGNING_SECRET } from '../helpers/secret';
import { startProcess } from '../helpers/start-process';

afterAll(closeBrowser);

const run = promisify(execFile);

/** A terminal's environment, which has no secret. */
const env = {
  ...process.env,
  NODE_ENV: undefined,
  VITEST: undefined,
  STIGG_SIGNING_SECRET: undefined,
};
const withSecret = { ...env, STIGG_SIGNING_SECRET: SIGNING_SECRET };

/** Follows the pages exactly, in an app that `create` makes. */
async function newApp(create: string) {
  const parent = await mkdtemp(join(tmpdir(), 'hardened-stigg-new-'));
  onTestFinished(() => rm(parent, { recursive: true, maxRetries: 3 }));
  const cwd = join(parent, 'app');
  await run('sh', ['-c', create], { cwd: parent, env });

  // The pages have fixed ports.
  const ports = { 4500: await freePort(), 4501: await freePort(), page: await freePort() };
  const adapt = (code: string) =>
    code.replaceAll('4500', `${ports[4500]}`).replaceAll('4501', `${ports[4501]}`);

  return {
    ports,
    shell: async (command: string) => {
      const { stdout, stderr } = await run('sh', ['-c', command], { cwd, env });
      return stdout + stderr;
    },
    write: async (file: string, code: string) => {
      await mkdir(dirname(join(cwd, file)), { recursive: true });
      await writeFile(join(cwd, file), adapt(code));
    },
    start: (args: string[], environment: NodeJS.ProcessEnv = env) =>
      startProcess(process.execPath, args, { cwd, env: environment }),
  };
}

/** The commands of a page, with the package as it would be published and the versions of the SDKs that are tested. */
async function installCommands(page: string): Promise<string[]> {
  const { devDependencies } = JSON.parse(await readFile('package.json', 'utf8'));
  return [...(await readFile(page, 'utf8')).matchAll(/^npm (?:install|pkg set) .*$/gm)].map(
    ([command]) =>
      command
        .replace('hardened-stigg', inject('tarball'))
        .replace(/@stigg\/[\w-]+$/, (name) => `${name}@${devDependencies[name]}`),
  );
}

const answers = (url: string, init?: RequestInit) =>
  vi.waitFor(() => fetch(url, init), { timeout: 30_000, interval: 200 });

test('docs/getting-started.md works in a new app of create-vite', {
  timeout: 600_000,
}, async () => {
  const app = await newApp(
    'npm create --yes vite@9.3.0 app -- --template react-ts --no-interactive',
  );
  await app.shell('npm install --no-audit --no-fund');
  for (const command of await installCommands('docs/getting-started.md')) {
    expect(await app.shell(command)).not.toContain('ERESOLVE');
  }
  for (const { title, code } of blocksOf('docs/getting-started.md')) await app.write(title, code);
  await app.shell('npm run build');
  expect(await app.shell('npm run lint')).toContain('0 warnings and 0 errors');

  const cli = 'node_modules/hardened-stigg/dist/cli/index.js';
  app.start([cli, 'emulator', '--port', `${app.ports[4500]}`], withSecret);
  app.start(['--import', 'tsx', 'server.ts'], withSecret);
  app.start(['node_modules/vite/bin/vite.js', '--port', `${app.ports.page}`, '--strictPort']);
  const identity = `http://localhost:${app.ports[4501]}/api/identity`;
  expect((await answers(identity)).status).toBe(401);
  expect((await fetch(identity, { headers: { Cookie: 'session=of-acme' } })).status).toBe(200);

  const url = `http://localhost:${app.ports.page}/`;
  await answers(url);
  const page = await openPage();
  await page.goto(url);
  await page.getByRole('button', { name: 'Sign in' }).click({ timeout: 30_000 });
  await page.getByText('Single sign-on is part of your plan.').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByRole('button', { name: 'Sign in' }).waitFor();
});

test('the README and docs/server-rendering.md work in a new app of create-next-app', {
  timeout: 900_000,
}, async () => {
  const app = await newApp('npx --yes create-next-app@16.4.3 app --yes --use-npm --disable-git');
  for (const command of await installCommands('README.md')) {
    expect(await app.shell(command)).not.toContain('ERESOLVE');
  }
  const emulated = (code: string) =>
    code
      .replace(
        'identityEndpoint="/api/identity"',
        'baseUri="http://localhost:4500" baseEdgeUri="http://localhost:4500" $&',
      )
      .replace(
        'apiKey: process.env.STIGG_SERVER_API_KEY!',
        "apiKey: 'server-local', realtimeUpdatesEnabled: false, baseUri: 'http://localhost:4500', baseEdgeUri: 'http://localhost:4500'",
      );
  /** Without the secret, and without a warning. */
  const build = async () =>
    expect(await app.shell('npm run build && npm run lint && npx tsc --noEmit')).not.toMatch(
      /warn/i,
    );
  const start = async () => {
    const port = await freePort();
    app.start(['node_modules/next/dist/bin/next', 'start', '-p', `${port}`], {
      ...env,
      STIGG_SIGNING_SECRET: 'local-secret', // as in server.ts
    });
    const url = `http://localhost:${port}/`;
    await answers(url);
    return url;
  };

  for (const { title, code } of blocksOf('README.md')) {
    if (!title.includes('.test.')) await app.write(title, emulated(code));
  }
  await app.write(
    'app/page.tsx',
    "import { Account } from './account';\nexport default function Home() { return <Account />; }\n",
  );
  app.start(['--import', 'tsx', 'server.ts']);
  await build();
  const page = await openPage();
  await page.goto(await start());
  await page.getByText('Single sign-on for acme').waitFor({ timeout: 30_000 });

  for (const command of await installCommands('docs/server-rendering.md')) {
    expect(await app.shell(command)).not.toContain('ERESOLVE');
  }
  for (const { title, code } of blocksOf('docs/server-rendering.md')) {
    await app.write(title, emulated(code));
  }
  await build();
  const url = await start();
  const cookie = { Cookie: 'session=s1' };
  const signedIn = await fetch(url, { headers: cookie });
  expect(signedIn.headers.get('Cache-Control')).toContain('no-store');
  expect(await signedIn.text()).toContain('HMAC-SHA256 acme:');
  expect(await (await fetch(url)).text()).not.toContain('HMAC-SHA256');
  const route = await fetch(`${url}api/identity`, { headers: cookie });
  expect(await route.json()).toMatchObject({
    entitlements: { 'feature-sso': { hasAccess: true } },
  });

  const still = await openContext({ javaScriptEnabled: false, extraHTTPHeaders: cookie });
  const readable = await still.newPage();
  await readable.goto(url);
  await readable.getByText('Single sign-on for acme').waitFor();
});

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Stigg } from '@stigg/node-server-sdk';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startEmulator } from './start-emulator';

const page = await readFile('docs/emulator.md', 'utf8');

test('the customers and the three lines of docs/emulator.md work', async () => {
  const [, json = ''] = /```json\n([\s\S]*?)```/.exec(page) ?? [];
  const folder = await mkdtemp(join(tmpdir(), 'hardened-stigg-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'customers.json');
  await writeFile(file, json);
  const { url } = await startEmulator(['--customers', file]);

  const [, lines = ''] = /Stigg\.initialize\(\{\n([\s\S]*?)\}\)/.exec(page) ?? [];
  expect(lines.trim().split('\n')).toHaveLength(3);
  const options = Object.fromEntries(
    [...lines.matchAll(/(\w+): '(.*)',/g)].map(([, key, value]) => [
      key,
      value?.replace('http://localhost:4500', url),
    ]),
  ) as { apiKey: string; baseUri: string; baseEdgeUri: string };
  expect(Object.keys(options)).toEqual(['apiKey', 'baseUri', 'baseEdgeUri']);

  vi.spyOn(console, 'error').mockImplementation(() => {}); // about the realtime updates that the emulator does not have
  const stigg = Stigg.initialize(options);
  onTestFinished(() => stigg.close());
  await stigg.waitForInitialization();
  const seats = () => stigg.getNumericEntitlement({ customerId: 'acme', featureId: 'seats' });
  expect(await seats()).toMatchObject({ hasAccess: true, value: 2 });
  expect(
    await stigg.getBooleanEntitlement({ customerId: 'acme', featureId: 'early-access' }),
  ).toMatchObject({ hasAccess: true });

  // An instance of the SDK sees its own writes, with realtime updates on too.
  await stigg.provisionSubscription({ customerId: 'acme', planId: 'pro' });
  expect(await seats()).toMatchObject({ value: 20 });
  await stigg.reportUsage({ customerId: 'acme', featureId: 'reports', value: 1 });

  // It sees the writes of another instance after a few seconds at most.
  await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'X-API-KEY': 'server-other' },
    body: JSON.stringify({
      operationName: 'ProvisionSubscription',
      variables: { input: { customerId: 'acme', planId: 'free' } },
    }),
  });
  await expect.poll(seats, { timeout: 15_000 }).toMatchObject({ value: 2 });
}, 30_000);

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createCustomerToken } from 'hardened-stigg/server';
import { progress, table } from './stats';

const CLIENTS = 1000;
const SECONDS = 60;
const CUSTOMERS = 200;

export interface EmulatorResult {
  requests: number;
  /** Answers that were not 200, and requests that failed. */
  errors: number;
  /** Heap in megabytes after so many seconds, garbage collected. */
  megabytes: [seconds: number, mb: number][];
}

const tokens = Array.from({ length: CUSTOMERS }, (_, i) =>
  createCustomerToken(`customer-${i}`, 'bench-secret'),
);

/** What a page reads: its own customer, with its token. */
function askAsBrowser(url: string, n: number): Promise<Response> {
  const customerId = `customer-${n % CUSTOMERS}`;
  const headers = { 'X-API-KEY': 'client-bench', 'X-CUSTOMER-KEY': `${tokens[n % CUSTOMERS]}` };
  if (n % 3 > 0) return fetch(`${url}/v1/c/${customerId}/entitlements.json`, { headers });
  return graphql(url, headers, 'GetPaywall', { customerId });
}

/** What a backend reads and writes. Every tenth provisions a customer whom nobody has seen before. */
function askAsServer(url: string, n: number): Promise<Response> {
  const customerId = `customer-${n % CUSTOMERS}`;
  const headers = { 'X-API-KEY': 'server-bench' };
  const planId = n % 2 ? 'free' : 'pro';
  if (n % 10 === 0) {
    return graphql(url, headers, 'ProvisionCustomer', {
      refId: `new-${n}`,
      name: 'x'.repeat(100),
      subscriptionParams: { planId },
    });
  }
  if (n % 10 < 4) return fetch(`${url}/v1/c/${customerId}/entitlements.json`, { headers });
  if (n % 10 < 7) {
    return graphql(url, headers, 'ReportUsage', { customerId, featureId: 'reports', value: 1 });
  }
  return graphql(url, headers, 'ProvisionSubscription', { customerId, planId });
}

const graphql = (
  url: string,
  headers: Record<string, string>,
  operationName: string,
  input: object,
) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ operationName, variables: { input } }),
  });

/** 1,000 clients at once for a minute, half of them browsers and half of them backends. */
export async function benchEmulator(): Promise<EmulatorResult> {
  const child = fork(fileURLToPath(new URL('emulator-process.ts', import.meta.url)), {
    execArgv: ['--import', 'tsx', '--expose-gc'],
  });
  const [{ port }] = await once(child, 'message');
  const url = `http://127.0.0.1:${port}`;
  const heap = async () => {
    child.send('heap');
    const [{ heap }] = await once(child, 'message');
    return heap / 1e6;
  };

  const result: EmulatorResult = { requests: 0, errors: 0, megabytes: [[0, await heap()]] };
  const end = Date.now() + SECONDS * 1000;
  const client = async (index: number) => {
    while (Date.now() < end) {
      const n = result.requests++;
      try {
        const response = await (index % 2 ? askAsServer(url, n) : askAsBrowser(url, n));
        await response.text();
        if (response.status !== 200) result.errors++;
      } catch (error) {
        result.errors++;
        progress(`emulator: ${(error as Error).cause ?? error}`);
      }
    }
  };
  const clients = Promise.all(Array.from({ length: CLIENTS }, (_, index) => client(index)));
  for (const seconds of [15, 30, 45]) {
    await new Promise((resolve) =>
      setTimeout(resolve, end - Date.now() - (SECONDS - seconds) * 1000),
    );
    progress(`emulator: ${seconds} s, ${result.requests} requests`);
    result.megabytes.push([seconds, await heap()]);
  }
  await clients;
  result.megabytes.push([SECONDS, await heap()]);
  child.kill();
  return result;
}

export const emulatorTable = ({ requests, errors, megabytes }: EmulatorResult) =>
  [
    table(
      [`${CLIENTS} clients for ${SECONDS} s`, 'requests', 'a second', 'errors'],
      [['', `${requests}`, (requests / SECONDS).toFixed(0), `${errors}`]],
    ),
    table(
      ['heap in MB after', ...megabytes.map(([seconds]) => `${seconds} s`)],
      [['', ...megabytes.map(([, mb]) => mb.toFixed(1))]],
    ),
  ].join('\n\n');

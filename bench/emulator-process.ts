import { createAdaptorServer } from '@hono/node-server';
import { createStiggEmulator } from 'hardened-stigg/emulator';

/** The emulator in a separate process, which sends its port, and its heap size after each message. */
const CUSTOMERS = 200;

const emulator = createStiggEmulator({
  signingSecret: 'bench-secret',
  customers: Object.fromEntries(
    Array.from({ length: CUSTOMERS }, (_, i) => [`customer-${i}`, { planId: 'free' }]),
  ),
  plans: [
    { id: 'free', name: 'Free', entitlements: { seats: 1, reports: { limit: 1e9 } } },
    { id: 'pro', name: 'Pro', monthlyPrice: 49, entitlements: { seats: 20, sso: true } },
  ],
});
const server = createAdaptorServer({ fetch: emulator.fetch });
if ('keepAliveTimeout' in server) server.keepAliveTimeout = 65_000; // as the command has it
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : address });
});

process.on('message', () => {
  for (let i = 0; i < 3; i++) globalThis.gc?.();
  process.send?.({ heap: process.memoryUsage().heapUsed, kept: emulator.requests.length });
});

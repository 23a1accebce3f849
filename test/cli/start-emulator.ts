import { SIGNING_SECRET } from '../helpers/secret';
import { startCli } from './run-cli';

/** Starts the emulator's command on any free port; resolves once it listens. */
export async function startEmulator(args: string[] = [], env: Record<string, string> = {}) {
  const cli = startCli(['emulator', '--port', '0', ...args], {
    STIGG_SIGNING_SECRET: SIGNING_SECRET,
    ...env,
  });
  const url = await new Promise<string>((resolve, reject) => {
    cli.child.stdout?.on('data', () => {
      const found = /emulated at (http:[^\s,]+)/.exec(cli.printed.stdout)?.[1];
      if (found) resolve(found);
    });
    cli.child.once('exit', () => reject(new Error(cli.printed.stderr)));
  });
  const read = (customerId: string, token?: string) =>
    fetch(`${url}/v1/c/${customerId}/entitlements.json`, {
      headers: { 'X-API-KEY': 'client-tests', ...(token && { 'X-CUSTOMER-KEY': token }) },
    });
  return { ...cli, url, read };
}

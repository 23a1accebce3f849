import { inspect } from 'node:util';
import { SIGNING_SECRET } from './secret';

/** A token of either kind, or a secret that a test signs with (all of them carry this word). */
const LEAK = new RegExp(`HMAC-SHA256 |EXPIRING |${SIGNING_SECRET}`);

/** Whatever can be read out of a value: messages, stacks, causes, every field. */
const readable = (value: unknown) =>
  typeof value === 'string' ? value : inspect(value, { depth: 10, showHidden: true });

/** Fails when a token or a secret can be read out of `value`. */
export function expectNoLeak(where: string, value: unknown) {
  const found = LEAK.exec(readable(value));
  if (found) throw new Error(`a token or secret leaked into ${where}`);
}

/** Watches the console until the returned function is called, which checks all that was printed. */
export function watchConsole() {
  const methods = ['debug', 'log', 'info', 'warn', 'error', 'trace'] as const;
  const printed: unknown[] = [];
  const originals = methods.map((method) => {
    const original = console[method];
    console[method] = (...args: unknown[]) => {
      printed.push(args);
      original.apply(console, args);
    };
    return () => {
      console[method] = original;
    };
  });
  return () => {
    for (const restore of originals) restore();
    expectNoLeak('the console', printed);
  };
}

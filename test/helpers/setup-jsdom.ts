import '@testing-library/jest-dom/vitest';
import { cleanup } from '@testing-library/react';
import { afterEach, beforeEach } from 'vitest';
import { expectNoLeak, watchConsole } from './leaks';

// lottie-web, which the SDK imports, draws on a canvas at import time; jsdom has none.
HTMLCanvasElement.prototype.getContext = (() => ({
  fillRect: () => {},
})) as unknown as HTMLCanvasElement['getContext'];

// In no test may a token or a secret be seen.
let checkConsole: () => void;
beforeEach(() => {
  checkConsole = watchConsole();
});
afterEach(() => {
  expectNoLeak('the document', document.documentElement.outerHTML);
  expectNoLeak('storage', { ...localStorage, ...sessionStorage, cookie: document.cookie });
  cleanup();
  checkConsole();
});

import 'hardened-stigg/testing/setup';
import '@testing-library/jest-dom/vitest';
import { cleanup } from '@testing-library/react';
import { afterEach, beforeEach } from 'vitest';
import { expectNoLeak, watchConsole } from './leaks';

// No test may show a token or a secret.
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

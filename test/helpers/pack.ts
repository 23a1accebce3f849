import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TestProject } from 'vitest/node';
import { findChromium } from './find-chromium';

declare module 'vitest' {
  export interface ProvidedContext {
    tarball: string;
  }
}

/** Before tests of the packed package: a browser, and the built package as it would be published. */
export default function setup({ provide }: TestProject) {
  findChromium();
  // In the release workflow: the file that is about to be published.
  const packed = process.env.HARDENED_STIGG_TARBALL;
  if (packed) return provide('tarball', resolve(packed));
  const folder = mkdtempSync(join(tmpdir(), 'hardened-stigg-'));
  execFileSync('npm', ['pack', '--silent', '--pack-destination', folder]);
  provide('tarball', join(folder, `${readdirSync(folder)[0]}`));
  return () => rmSync(folder, { recursive: true, maxRetries: 3 });
}

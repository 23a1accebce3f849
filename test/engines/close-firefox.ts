import { afterAll } from 'vitest';
import { closeFirefox } from './drivers/firefox';

afterAll(closeFirefox);

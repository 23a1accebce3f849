import { testExample } from './test-example';

testExample('vite-express');

import { testExample, testTheLoop } from './test-example';

testTheLoop(testExample('vite-express'));

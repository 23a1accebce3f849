import { testExample } from './test-example';

testExample('bearer');

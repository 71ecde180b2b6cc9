import { describeVerbs } from '@mdevkit/example-verbs/test-support';
import { overControlSocket, overVfioUser } from './ways.js';

for (const { name, open } of [overControlSocket, overVfioUser()]) {
  describeVerbs(name, open);
}

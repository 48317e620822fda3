/** `npm start`: makes the demo and serves it. Only old syntax here, so that an old Node gets as far as the message. */
import { nodeProblem } from './lib/node-version.mjs';

const problem = nodeProblem(process.version);
if (problem) {
  process.stderr.write(problem);
  process.exitCode = 2;
} else {
  import('./lib/demo.mjs')
    .then((demo) => demo.startDemo(process.argv.slice(2)))
    .then((exitCode) => {
      process.exitCode = exitCode;
    });
}

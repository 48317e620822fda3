/** `npm test`: every check of the project, ending with the line `N passed, M failed`. Only old syntax here. */
import { nodeProblem } from './lib/node-version.mjs';

const problem = nodeProblem(process.version);
if (problem) {
  process.stderr.write(problem);
  process.exitCode = 2;
} else {
  import('./lib/checks.mjs')
    .then((checks) => checks.runChecks())
    .then((exitCode) => {
      process.exitCode = exitCode;
    });
}

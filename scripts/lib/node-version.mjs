/** What `engines` in package.json says. This file and those that import it first must parse on any Node with modules. */
const WANTED = [20, 19];

/** Why a version of Node cannot run Tidelake, and what to do; undefined where it can. */
export function nodeProblem(version) {
  const parts = version.replace(/^v/, '').split('.').map(Number);
  const recent = parts[0] > WANTED[0] || (parts[0] === WANTED[0] && parts[1] >= WANTED[1]);
  if (recent) return undefined;
  return (
    'Tidelake needs Node ' + WANTED.join('.') + ' or newer; this is ' + version + '. Get it from https://nodejs.org\n'
  );
}

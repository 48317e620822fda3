import { EXIT, ToolError } from '../tool-error';
import { qcConfig, type QcConfig, type VariableChecks } from './qc-config';
import { ruleSet } from './rule-sets';

/** The checks that will run: rule sets are resolved, and every column named is there. */
export type QcPlan = Omit<QcConfig, 'ruleSets'>;

/**
 * Resolves a configuration against the variables of a lake. Rule sets apply to those that exist; for what the
 * configuration itself names, a variable that does not exist is a mistake.
 * @throws ToolError naming each check whose variable does not exist, and the variables there are
 */
export function planQc(config: QcConfig, variables: readonly string[]): QcPlan {
  const known = new Set(variables);
  const problems = namedVariables(config)
    .filter(({ variable }) => !known.has(variable))
    .map(({ place, variable }) => `${place}: there is no variable ${variable}`);
  if (problems.length > 0) {
    throw new ToolError(
      EXIT.usage,
      `The checks cannot run:\n${problems.join('\n')}`,
      `Variables are: ${variables.join(', ') || 'none'}.`,
    );
  }

  const rules = config.ruleSets.map((name) => qcConfig.parse(ruleSet(name)));
  const checks: Record<string, VariableChecks> = {};
  for (const { variables: byName } of [...rules, config]) {
    for (const [name, own] of Object.entries(byName)) {
      if (known.has(name)) checks[name] = { ...checks[name], ...own };
    }
  }
  return {
    variables: checks,
    equalChannels: [
      ...rules
        .flatMap(({ equalChannels }) => equalChannels)
        .filter(({ variables: channels }) => channels.every((channel) => known.has(channel))),
      ...config.equalChannels,
    ],
    densityInversion: config.densityInversion,
    position: config.position,
    time: config.time,
  };
}

function namedVariables(config: QcConfig): { place: string; variable: string }[] {
  const { densityInversion: cast } = config;
  return [
    ...Object.keys(config.variables).map((variable) => ({ place: `variables.${variable}`, variable })),
    ...config.equalChannels.flatMap(({ variables }, index) =>
      variables.map((variable) => ({ place: `equalChannels.${index}`, variable })),
    ),
    ...(cast === undefined ? [] : [cast.temperature, cast.salinity, cast.pressure]).map((variable) => ({
      place: 'densityInversion',
      variable,
    })),
  ];
}

interface Lock {
  packages: Record<string, { optionalDependencies?: Record<string, string>; dev?: boolean }>;
}

/** The optional packages that some package names and the lock does not hold, as entries of the lock. */
export function missingOptionalPackages(lock: Lock): Record<string, unknown>;

import { EXIT, ToolError } from '../tool-error';

/** Keys that requests are signed with. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** Gives the keys that are valid now; undefined where there are none and requests go unsigned. */
export type CredentialSource = () => Promise<Credentials | undefined>;

/** Source of nothing: every request goes unsigned. */
export const anonymously: CredentialSource = () => Promise.resolve(undefined);

type Chain = () => Promise<Credentials | undefined>;

/**
 * The standard chain of AWS: environment, the profile's keys, SSO, process or role, web identity, then the container's or
 * machine's own. Keys that expire are fetched anew in time. Nothing of it is loaded before the first request.
 * @throws ToolError, when asked, where a source that was chosen does not give its keys
 */
export function standardCredentials(): CredentialSource {
  let chain: Promise<Chain> | undefined;
  return async () => (await (chain ??= openChain()))();
}

async function openChain(): Promise<Chain> {
  const { defaultProvider } = await import('@aws-sdk/credential-provider-node');
  const provider = defaultProvider();
  let nothingFound = false;
  return async () => {
    // The chain itself would ask for a machine's keys again each time, and wait for a network that may not be there.
    if (nothingFound) return undefined;
    try {
      const { accessKeyId, secretAccessKey, sessionToken } = await provider();
      return { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      nothingFound = !isChosen() && /from any providers/.test(error.message);
      if (nothingFound) return undefined;
      throw new ToolError(EXIT.usage, `There are no keys to sign requests with: ${error.message}`, advice(), {
        cause: error,
      });
    }
  };
}

function isChosen(): boolean {
  return Boolean(process.env['AWS_PROFILE']);
}

function advice(): string {
  const profile = process.env['AWS_PROFILE'];
  return profile
    ? `Check the profile ${profile} in ~/.aws; if it signs in by SSO, run: aws sso login --profile ${profile}`
    : 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY or AWS_PROFILE, or add anonymous=true to the address.';
}

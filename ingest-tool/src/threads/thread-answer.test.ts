import { describe, expect, it } from 'vitest';
import { EXIT, ToolError } from '../tool-error';
import { describeFailure, failureOf } from './thread-answer';

describe('a failure of a thread', () => {
  it('arrives with what a person can do about it', () => {
    const failure = failureOf(structuredClone(describeFailure(new ToolError(EXIT.input, 'It is torn.', 'Mend it.'))));
    expect(failure).toBeInstanceOf(ToolError);
    expect(failure).toMatchObject({ exitCode: EXIT.input, message: 'It is torn.', advice: 'Mend it.' });
  });

  it('arrives with its own stack where nobody foresaw it', () => {
    const error = new TypeError('no such thing');
    expect(failureOf(structuredClone(describeFailure(error)))).toMatchObject({
      message: error.message,
      stack: error.stack,
    });
    expect(failureOf(describeFailure('torn')).message).toBe('torn');
  });
});

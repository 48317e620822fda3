/** A pattern of topics that is none; the message says why. */
export class TopicPatternError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'TopicPatternError';
  }
}

/** Topics by MQTT's wildcards, with names for some of their levels. */
export interface TopicPattern {
  /** As it was written. */
  readonly text: string;
  /** The level, counting from 0, that each `{name}` stands for. */
  readonly captures: ReadonlyMap<string, number>;
  matches(topic: string): boolean;
}

/**
 * Reads a pattern: `+` stands for one level, `#` at the end for all that follow, `{name}` for one level that columns can
 * be made from. As in MQTT, a wildcard at the beginning does not stand for the broker's own topics, such as `$SYS`.
 * @throws TopicPatternError where it is none
 */
export function topicPattern(text: string): TopicPattern {
  const levels = text.split('/');
  const captures = new Map<string, number>();
  levels.forEach((level, index) => {
    const [, name] = /^\{([A-Za-z]\w*)\}$/.exec(level) ?? [];
    if (name !== undefined) {
      if (captures.has(name)) throw new TopicPatternError(`the topic pattern ${text} names {${name}} twice`);
      captures.set(name, index);
    } else if (level === '#' ? index < levels.length - 1 : /[{}]/.test(level) || /.[#+]|[#+]./.test(level)) {
      throw new TopicPatternError(
        `the topic pattern ${text} has the level "${level}": + and {name} stand for a whole level, # for all that follow, at the end`,
      );
    }
  });
  const isOpen = levels.at(-1) === '#';
  const fixed = isOpen ? levels.slice(0, -1) : levels;
  const wild = fixed.map((level) => level === '+' || level.startsWith('{'));
  const matches = (topic: string): boolean => {
    const own = topic.split('/');
    if (own.length < fixed.length || (!isOpen && own.length > fixed.length)) return false;
    if (own[0]?.startsWith('$') === true && (wild[0] ?? true)) return false;
    return fixed.every((level, index) => wild[index] === true || own[index] === level);
  };
  return { text, captures, matches };
}

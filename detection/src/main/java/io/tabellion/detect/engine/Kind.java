package io.tabellion.detect.engine;

/** What a detector looks for; its name is the name of a group that policies can select. */
public enum Kind {
  /** Keys, tokens, passwords: what opens something. */
  SECRET,
  /** Data about a person, or that leads to one. */
  PII,
  /** What providers make public, as client ids and publishable keys: off unless asked for. */
  PUBLIC
}

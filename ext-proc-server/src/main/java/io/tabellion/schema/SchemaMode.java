package io.tabellion.schema;

/** What becomes of arguments that are not as the accepted schema of the tool has them. */
public enum SchemaMode {
  /** The call is refused. */
  ENFORCE,
  /** The call's entry says so, and nothing else changes. */
  RECORD,
  /** They are not looked at. */
  OFF
}

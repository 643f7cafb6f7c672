package io.tabellion.inspect;

import io.tabellion.audit.Fact;
import io.tabellion.audit.Facts;
import io.tabellion.mcp.Fault;
import io.tabellion.mcp.Operation;
import io.tabellion.pin.Definition;
import io.tabellion.schema.ArgumentSchemas.Found;
import io.tabellion.schema.SchemaMode;
import io.tabellion.schema.Violation;
import io.tabellion.session.Origin;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one call against the accepted schema of its tool, before any rule reads them.
 *
 * @param extent the SCHEMA fact; null if they were wholly checked, or there is nothing to check
 * @param violations of the schema
 * @param refuses whether violations refuse the call
 */
record ArgumentCheck(@Nullable String extent, List<Violation> violations, boolean refuses) {
  private static final ArgumentCheck NOTHING = new ArgumentCheck(null, List.of(), false);

  ArgumentCheck {
    violations = List.copyOf(violations);
  }

  /**
   * Checks a call.
   *
   * @param accepted the definition; null where none was accepted
   */
  static ArgumentCheck of(
      Operation operation, @Nullable Definition accepted, SchemaMode mode, Services services) {
    if (!operation.isToolCall()) {
      return NOTHING;
    }
    if (mode == SchemaMode.OFF) {
      return new ArgumentCheck("off", List.of(), false);
    }
    if (accepted == null) {
      return new ArgumentCheck("unknown", List.of(), false);
    }
    Found found = services.schemas().of(accepted.digest(), accepted.tree(), accepted::isUnmasked);
    List<Violation> violations =
        found.schema() == null ? List.of() : found.schema().check(Origin.args(operation));
    return new ArgumentCheck(found.extent(), violations, mode == SchemaMode.ENFORCE);
  }

  /** Whether the call goes no further. */
  boolean refused() {
    return refuses && !violations.isEmpty();
  }

  /** Why the call is refused. */
  Fault fault() {
    Violation first = violations.getFirst();
    StringBuilder expected = new StringBuilder(first.expected());
    violations.stream()
        .skip(1)
        .forEach(more ->
            expected
                .append("; ")
                .append(more.where())
                .append(": expected ")
                .append(more.expected()));
    return new Fault(Fault.Kind.ARGUMENTS, first.where(), expected.toString());
  }

  /** Adds what an entry says of it. */
  void facts(Facts.Builder facts, FactSheet sheet) {
    facts
        .put(Fact.SCHEMA, extent)
        .put(Fact.ARGUMENTS, sheet.chosen(violations.stream().map(Violation::words).toList()));
  }
}

package io.tabellion.policy;

import io.tabellion.detect.Detectors;
import io.tabellion.policy.cel.Expression;
import io.tabellion.schema.SchemaMode;
import io.tabellion.yaml.Default;
import io.tabellion.yaml.Problem;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A policy file as it is written. Detection and variables stand before rules here, for components
 * are read in order, and rules name detectors and read variables.
 *
 * @param apiVersion {@code tabellion.io/v1}
 * @param kind {@code Policy}
 * @param metadata what the file is called
 * @param mode whether all of it counts
 * @param detection what is found, for masks
 * @param defaults what happens where no rule matches
 * @param servers what is known of servers
 * @param vars named expressions, each of which may read those above it
 * @param rules in any order; their ids are unique
 * @param limits in any order; their ids are unique among rules and limits
 * @param tests what the file claims of itself
 */
record PolicyDocument(
    ApiVersion apiVersion,
    Kind kind,
    Metadata metadata,
    @Default("enforce") Mode mode,
    @Default("") Detection detection,
    @Default("") Defaults defaults,
    @Default("") List<Server> servers,
    @Default("") Vars vars,
    List<Rule> rules,
    @Default("") List<Rule.Limit> limits,
    @Default("") List<PolicyTest> tests) {

  PolicyDocument {
    servers = List.copyOf(servers);
    rules = List.copyOf(rules);
    limits = List.copyOf(limits);
    tests = List.copyOf(tests);
  }

  /** The version of the format. */
  record ApiVersion(String text) {
    ApiVersion {
      if (!text.equals("tabellion.io/v1")) {
        throw new IllegalArgumentException("tabellion.io/v1");
      }
    }
  }

  /** The kind of file. */
  record Kind(String text) {
    Kind {
      if (!text.equals("Policy")) {
        throw new IllegalArgumentException("Policy");
      }
    }
  }

  /**
   * What the file is called.
   *
   * @param name for the record
   * @param version for the record; raised by whoever changes the file
   * @param author who wrote it, for the record
   * @param approvedBy who approved it, for the record
   * @param change what changed and why, for the record
   */
  record Metadata(
      Name name,
      @Default("1") int version,
      @Nullable Remark author,
      @Nullable Remark approvedBy,
      @Nullable Remark change) {}

  /** A remark for the record: what a leaf may hold for ever. */
  record Remark(String text) {
    private static final int LONGEST = 200;

    Remark {
      boolean fits = !text.isBlank() && text.codePointCount(0, text.length()) <= LONGEST;
      if (!fits || text.codePoints().anyMatch(Remark::unprintable)) {
        throw new IllegalArgumentException("1 to " + LONGEST + " characters on one line");
      }
    }

    private static boolean unprintable(int point) {
      return switch (Character.getType(point)) {
        case Character.CONTROL,
            Character.FORMAT,
            Character.SURROGATE,
            Character.UNASSIGNED,
            Character.LINE_SEPARATOR,
            Character.PARAGRAPH_SEPARATOR ->
            true;
        default -> false;
      };
    }
  }

  /** A name for the record: what a leaf may hold for ever. */
  record Name(String text) {
    Name {
      if (!text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}")) {
        throw new IllegalArgumentException("1 to 63 letters, digits, dots, dashes");
      }
    }
  }

  /**
   * What happens where no rule matches.
   *
   * @param decision {@code deny}; there is no other
   * @param record what of the record is masked
   */
  record Defaults(@Default("deny") Closed decision, @Default("") Baseline record) {}

  /**
   * What is found, built.
   *
   * @param allowed places where what is found is no finding
   * @param notes what of rule files could not be honoured
   */
  record Detection(Detectors detectors, List<AllowedPath> allowed, List<Problem> notes) {
    Detection {
      allowed = List.copyOf(allowed);
      notes = List.copyOf(notes);
    }
  }

  /** The one default. */
  enum Closed {
    DENY
  }

  /**
   * What is known of servers.
   *
   * @param name pattern of their names
   * @param trusted whether what they say of their tools is believed
   * @param schema what becomes of arguments that do not fit the schema of the tool; where several
   *     entries match a server, the first that says it counts
   */
  record Server(Glob name, @Default("false") boolean trusted, @Nullable SchemaMode schema) {}

  /** The named expressions, compiled. */
  record Vars(Map<String, Expression> named) {}
}

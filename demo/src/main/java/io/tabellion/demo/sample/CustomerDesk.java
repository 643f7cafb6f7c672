package io.tabellion.demo.sample;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * The tools of the sample server and what they do: find a customer, report a month, refund an
 * order, delete a customer. It remembers which tools were executed, so that the demo can show what
 * never reached it.
 *
 * <p>Thread-safe.
 */
final class CustomerDesk {
  /** Answered as one JSON document. */
  static final String FIND = "find_customer";

  /** Answered as an event stream with progress. */
  static final String REPORT = "monthly_report";

  /** What an agent may do once a person approved it. */
  static final String REFUND = "refund_order";

  /** What an agent had better not do. */
  static final String DELETE = "delete_customer";

  private final List<String> executed = new CopyOnWriteArrayList<>();

  /**
   * A tool as {@code tools/list} shows it.
   *
   * @param argument name of its one argument, a text
   */
  record Tool(String name, String title, String description, String argument, boolean destructive) {

    /** The JSON Schema of its arguments. */
    Map<String, Object> inputSchema() {
      return Map.of(
          "type",
          "object",
          "properties",
          Map.of(argument, Map.of("type", "string")),
          "required",
          List.of(argument));
    }
  }

  static List<Tool> tools() {
    return List.of(
        new Tool(FIND, "Find a customer", "Finds a customer by name.", "name", false),
        new Tool(REPORT, "Monthly report", "Sums up a month, with progress.", "month", false),
        new Tool(REFUND, "Refund an order", "Refunds an order in full.", "order", true),
        new Tool(DELETE, "Delete a customer", "Deletes a customer for good.", "name", true));
  }

  static boolean knows(String tool) {
    return tools().stream().anyMatch(known -> known.name().equals(tool));
  }

  /** Which tools were executed, in order. */
  List<String> executed() {
    return List.copyOf(executed);
  }

  /**
   * Executes a tool and returns its text.
   *
   * @param progress is told of each step of a tool that has some
   */
  String execute(String tool, Map<String, Object> arguments, Consumer<String> progress) {
    executed.add(tool);
    return switch (tool) {
      case FIND -> arguments.getOrDefault("name", "?") + ": plan team, 14 seats, since 2024-03";
      case REPORT -> report(String.valueOf(arguments.getOrDefault("month", "?")), progress);
      case REFUND -> arguments.getOrDefault("order", "?") + ": refunded";
      case DELETE -> arguments.getOrDefault("name", "?") + ": deleted";
      default -> throw new IllegalArgumentException("tool: unknown");
    };
  }

  private static String report(String month, Consumer<String> progress) {
    progress.accept("reading invoices");
    progress.accept("reading payments");
    progress.accept("summing up");
    return month + ": 37 invoices, 35 paid, 2 open";
  }
}

package io.tabellion.docs;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The comments of one .proto file, as it is written here: {@code //} on lines of their own before
 * what they are about, one declaration a line.
 *
 * @param file what stands at the beginning of the file
 * @param of comments by the name that they are about, e.g. {@code Filter.from}; a value of an enum
 *     with the enum's name, a field of a oneof without the oneof's
 */
record ProtoComments(String file, Map<String, String> of) {
  private static final Pattern BLOCK = Pattern.compile("(message|enum|service|oneof) (\\w+) \\{");
  private static final Pattern METHOD = Pattern.compile("rpc (\\w+)\\(.*");
  private static final Pattern FIELD = Pattern.compile("(?:[\\w.]+ )*(\\w+) = \\d+\\b.*;");

  /** Reads the lines of a file. */
  static ProtoComments read(List<String> lines) {
    Map<String, String> of = new HashMap<>();
    Deque<String> within = new ArrayDeque<>();
    StringBuilder comment = new StringBuilder();
    String file = "";
    for (String written : lines) {
      String line = written.strip();
      if (line.startsWith("//")) {
        comment.append(line.substring(2).strip()).append('\n');
        continue;
      }
      Matcher block = BLOCK.matcher(line);
      Matcher method = METHOD.matcher(line);
      Matcher field = FIELD.matcher(line);
      if (line.startsWith("syntax")) {
        file = comment.toString();
      } else if (block.lookingAt()) {
        boolean oneof = block.group(1).equals("oneof");
        of.put(name(within, block.group(2)), comment.toString());
        within.addLast(oneof ? "" : block.group(2));
      } else if (method.matches()) {
        of.put(name(within, method.group(1)), comment.toString());
      } else if (field.matches()) {
        of.put(name(within, field.group(1)), comment.toString());
      }
      if (line.endsWith("}") && !within.isEmpty()) {
        within.removeLast();
      }
      comment.setLength(0);
    }
    return new ProtoComments(file, Map.copyOf(of));
  }

  private static String name(Deque<String> within, String last) {
    StringBuilder name = new StringBuilder();
    within.stream().filter(part -> !part.isEmpty()).forEach(part -> name.append(part).append('.'));
    return name.append(last).toString();
  }

  /** Returns the comment about a name; empty if there is none. */
  String about(String name) {
    return of.getOrDefault(name, "").strip();
  }
}

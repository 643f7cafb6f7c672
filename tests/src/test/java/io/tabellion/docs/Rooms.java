package io.tabellion.docs;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The table of rooms, docs/rooms.txt.
 *
 * @param rooms in the order of the file: each may import only what stands below it
 */
record Rooms(List<Room> rooms) {
  static final String FILE = "docs/rooms.txt";

  /** Libraries that rooms need permission for, by their marks, with how their classes begin. */
  static final Map<String, String> LIBRARIES =
      Map.of(
          "+envoy", "io.envoyproxy.",
          "+grpc", "io.grpc.",
          "+protobuf", "com.google.protobuf.");

  private static final String OURS = "io.tabellion";
  private static final String BEGIN = "<!-- rooms: made from docs/rooms.txt -->\n";
  private static final String END = "<!-- end of rooms -->\n";

  /**
   * One row.
   *
   * @param module of Maven
   * @param name the package without {@code io.tabellion.}; {@code .} for that itself
   * @param what is in it
   * @param imports rooms and libraries
   */
  record Room(String module, String name, String what, List<String> imports) {
    String importsText() {
      return imports.isEmpty() ? "nothing" : String.join(", ", imports);
    }
  }

  /**
   * Reads the file.
   *
   * @throws IllegalArgumentException if a line is none of its kinds
   */
  static Rooms of(Stream<String> lines) {
    List<Room> rooms = new ArrayList<>();
    String[] module = {""};
    lines
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .forEach(line -> {
          if (line.startsWith("[") && line.endsWith("]")) {
            module[0] = line.substring(1, line.length() - 1);
          } else {
            rooms.add(room(module[0], line));
          }
        });
    return new Rooms(List.copyOf(rooms));
  }

  private static Room room(String module, String line) {
    String[] parts = line.split(" \\| ", -1);
    if (parts.length != 3) {
      throw new IllegalArgumentException(
          line + " (expected: package | what is in it | what it may import)");
    }
    List<String> imports =
        parts[2].equals("nothing") ? List.of() : List.of(parts[2].split(", ", -1));
    return new Room(module, parts[0], parts[1], imports);
  }

  /** Returns the name that a package has in the table. */
  static String room(String packageName) {
    return packageName.equals(OURS) ? "." : packageName.substring(OURS.length() + 1);
  }

  Room find(String name) {
    return rooms.stream()
        .filter(room -> room.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(name + ": no row in " + FILE));
  }

  /** Returns each permission to import something that does not stand below. */
  List<String> upward() {
    List<String> names = rooms.stream().map(Room::name).toList();
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      for (String other : rooms.get(i).imports()) {
        int at = names.indexOf(other);
        if (at < 0 && !LIBRARIES.containsKey(other)) {
          wrong.add(names.get(i) + " may import " + other + ", which has no row");
        } else if (at >= 0 && at <= i) {
          wrong.add(names.get(i) + " may import " + other + ", which stands above it");
        }
      }
    }
    return wrong;
  }

  /**
   * Returns the document with the table as it is now.
   *
   * @throws IllegalArgumentException if the document has no place for it
   */
  String in(String document) {
    int begin = document.indexOf(BEGIN);
    int end = document.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalArgumentException(
          "no place for the rooms (expected: the lines %s and %s)"
              .formatted(BEGIN.strip(), END.strip()));
    }
    return document.substring(0, begin + BEGIN.length()) + markdown() + document.substring(end);
  }

  private String markdown() {
    Map<String, List<Room>> modules =
        rooms.stream()
            .collect(Collectors.groupingBy(Room::module, LinkedHashMap::new, Collectors.toList()));
    StringBuilder text = new StringBuilder();
    modules.forEach((module, rows) -> {
      text.append("\nModule `").append(module).append("`:\n\n");
      text.append("| package | what is in it | may import |\n|---|---|---|\n");
      rows.forEach(room ->
          text.append("| `")
              .append(room.name().equals(".") ? OURS : room.name())
              .append("` | ")
              .append(room.what())
              .append(" | ")
              .append(room.importsText())
              .append(" |\n"));
    });
    return text.append('\n').toString();
  }
}

package io.tabellion.mcp;

import io.tabellion.jsonrpc.Json;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of one tool that {@code Mcp-Param-*} headers repeat, as its schema says with {@code
 * x-mcp-header} (2026-07-28 basic/transports/streamable-http, "Custom Headers from Tool
 * Parameters"). What is not reachable by {@code properties} alone, is no primitive, or has no name
 * of its own that a header may have, mirrors nothing.
 *
 * <p>Immutable and thread-safe. Never throws on hostile input.
 */
public final class ParamHeaders {
  private static final String MARK = "x-mcp-header";
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");
  private static final Set<String> TYPES = Set.of("string", "integer", "number", "boolean");

  private final List<Mirror> mirrors;

  /** A header in lower case, and where its argument stands. */
  private record Mirror(String header, List<String> path) {}

  private ParamHeaders(List<Mirror> mirrors) {
    this.mirrors = List.copyOf(mirrors);
  }

  /** Returns what the definition of a tool says. */
  public static ParamHeaders of(Json.Obj definition) {
    List<Mirror> found = new ArrayList<>();
    Json.Obj schema = definition.object("inputSchema");
    if (schema != null) {
      collect(schema, List.of(), found);
    }
    Set<String> names = new HashSet<>();
    boolean unique = found.stream().allMatch(mirror -> names.add(mirror.header()));
    return new ParamHeaders(unique ? found : List.of());
  }

  /**
   * Returns what contradicts the arguments, or nothing. An argument that is there needs its header,
   * one that is absent or null must have none.
   *
   * @param arguments of the call; null if it has none
   */
  public Optional<Fault> check(Headers headers, Json.@Nullable Obj arguments) {
    return mirrors.stream()
        .filter(mirror -> !agree(headers.values(mirror.header()), value(arguments, mirror)))
        .findFirst()
        .map(_ ->
            new Fault(
                Fault.Kind.HEADER_MISMATCH,
                MirroredHeaders.PARAM + "*",
                "each once, the value of its argument"));
  }

  private static boolean agree(List<String> values, @Nullable Json argument) {
    if (argument == null || argument == Json.Literal.NULL) {
      return values.isEmpty();
    }
    return values.size() == 1
        && HeaderValue.decode(values.getFirst()).filter(text -> same(text, argument)).isPresent();
  }

  private static boolean same(String text, Json argument) {
    return switch (argument) {
      case Json.Text(String value) -> value.equals(text);
      case Json.Literal literal -> literal.text().equals(text);
      case Json.Num(String lexeme) -> sameNumber(text, lexeme);
      case Json.Obj _, Json.Array _ -> false;
    };
  }

  private static boolean sameNumber(String text, String lexeme) {
    try {
      return text.length() <= lexeme.length() + 32
          && new BigDecimal(text).compareTo(new BigDecimal(lexeme)) == 0;
    } catch (NumberFormatException e) {
      return text.equals(lexeme);
    }
  }

  private static @Nullable Json value(Json.@Nullable Obj arguments, Mirror mirror) {
    Json value = arguments;
    for (String name : mirror.path()) {
      value = value instanceof Json.Obj object ? object.get(name) : null;
    }
    return value;
  }

  private static void collect(Json.Obj schema, List<String> path, List<Mirror> found) {
    Json.Obj properties = schema.object("properties");
    if (properties == null) {
      return;
    }
    properties
        .members()
        .forEach((name, member) -> {
          if (member instanceof Json.Obj property) {
            List<String> here = new ArrayList<>(path);
            here.add(name);
            header(property).ifPresent(header -> found.add(new Mirror(header, here)));
            collect(property, here, found);
          }
        });
  }

  private static Optional<String> header(Json.Obj property) {
    String name = property.text(MARK);
    String type = property.text("type");
    if (name == null || type == null || !TYPES.contains(type) || !TOKEN.matcher(name).matches()) {
      return Optional.empty();
    }
    return Optional.of(MirroredHeaders.PARAM + name.toLowerCase(Locale.ROOT));
  }
}

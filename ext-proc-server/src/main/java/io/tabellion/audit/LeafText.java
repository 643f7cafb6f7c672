package io.tabellion.audit;

import com.google.protobuf.ByteString;
import io.tabellion.audit.merkle.Hash;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes leaves (docs/audit-format.md §4). A leaf is made in three pieces: what the caller's thread
 * can say, what only the writer knows, and what the caller's thread can say again.
 *
 * <p>Immutable and thread-safe.
 */
final class LeafText {
  private static final DateTimeFormatter AT =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  /** The rest at its longest: id 36, time 27, two counters of 19, hash 64, and member names. */
  private static final int MIDDLE = 256;

  private final String log;
  private final String writer;
  private final String boot;
  private final String start;
  private final String origin;
  private final int constant; // bytes of both

  LeafText(String log, String writer, String boot) {
    this.log = log;
    this.writer = writer;
    this.boot = boot;
    start = "{\"v\":1,\"log\":" + quoted(log) + ",\"id\":\"";
    origin = ",\"writer\":" + quoted(writer) + ",\"boot\":" + quoted(boot) + ",\"n\":";
    constant = (start + origin).getBytes(StandardCharsets.UTF_8).length;
  }

  /** Most bytes of a leaf that is made of this end. */
  int mostBytes(EntryKind kind, ByteString end) {
    return constant + kind.text().length() + MIDDLE + end.size();
  }

  /** Joins the pieces. */
  byte[] leaf(EntryId id, EntryKind kind, Moment moment, long n, String prev, ByteString end) {
    byte[] front =
        (start
                + id
                + "\",\"kind\":\""
                + kind.text()
                + "\",\"at\":\""
                + AT.format(moment.wall())
                + "\",\"mono\":"
                + moment.mono()
                + origin
                + n
                + ",\"prev\":\""
                + prev
                + "\"")
            .getBytes(StandardCharsets.UTF_8);
    byte[] leaf = Arrays.copyOf(front, front.length + end.size());
    end.copyTo(leaf, front.length);
    return leaf;
  }

  /** What the leaf says that {@link #leaf} makes of the same. */
  Leaf of(Entry entry, Moment moment, long n, Hash prev, Leaf.@Nullable ContentMark content) {
    return new Leaf(
        log,
        entry.id(),
        entry.kind(),
        moment.wall(),
        moment.mono(),
        writer,
        boot,
        n,
        prev,
        entry.facts(),
        content);
  }

  /** When an entry was made. */
  record Moment(Instant wall, long mono) {}

  /** Writes the facts and what is said of the content, up to the closing brace. */
  static ByteString end(Facts facts, Leaf.@Nullable ContentMark content) {
    StringBuilder out = new StringBuilder(1024);
    for (Map.Entry<Fact, Object> fact : facts.values().entrySet()) {
      out.append(",\"").append(fact.getKey().text()).append("\":");
      appendValue(out, fact.getValue());
    }
    if (content != null) {
      out.append(",\"content\":{\"type\":").append(quoted(content.type()));
      out.append(",\"size\":").append(content.size());
      out.append(",\"stored\":\"").append(content.stored().hex());
      out.append("\",\"commitment\":\"").append(content.commitment()).append("\"}");
    }
    return ByteString.copyFromUtf8(out.append('}').toString());
  }

  private static void appendValue(StringBuilder out, Object value) {
    switch (value) {
      case Long number -> out.append(number.longValue());
      case List<?> list -> {
        out.append('[');
        for (int i = 0; i < list.size(); i++) {
          appendQuoted(i == 0 ? out : out.append(','), String.valueOf(list.get(i)));
        }
        out.append(']');
      }
      default -> appendQuoted(out, value.toString());
    }
  }

  static String quoted(String text) {
    StringBuilder out = new StringBuilder(text.length() + 2);
    appendQuoted(out, text);
    return out.toString();
  }

  private static void appendQuoted(StringBuilder out, String text) {
    out.append('"');
    int from = 0; // what is before was appended
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '"' || c == '\\' || isLone(text, i)) {
        appendSpecial(out.append(text, from, i), c);
        from = i + 1;
      }
    }
    out.append(text, from, text.length()).append('"');
  }

  private static void appendSpecial(StringBuilder out, char c) {
    switch (c) {
      case '"' -> out.append("\\\"");
      case '\\' -> out.append("\\\\");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      default -> {
        if (c < ' ') {
          out.append("\\u").append(HEX.toHexDigits(c));
        } else {
          out.append('\uFFFD');
        }
      }
    }
  }

  /** Whether the character is half of a surrogate pair: it has no UTF-8. */
  private static boolean isLone(String text, int i) {
    char c = text.charAt(i);
    if (!Character.isSurrogate(c)) {
      return false;
    }
    if (Character.isHighSurrogate(c)) {
      return i + 1 == text.length() || !Character.isLowSurrogate(text.charAt(i + 1));
    }
    return Character.isLowSurrogate(c)
        && (i == 0 || !Character.isHighSurrogate(text.charAt(i - 1)));
  }
}

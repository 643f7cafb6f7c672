package io.tabellion.audit;

import com.google.protobuf.ByteString;
import io.tabellion.audit.merkle.Hash;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
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

  /** The rest at its longest: id 36, time 27, two counters of 19, hash 64, and member names. */
  private static final int MIDDLE = 256;

  /** Bytes of an end, mostly. */
  private static final int END = 2048;

  private final String log;
  private final String writer;
  private final String boot;
  private final byte[] start;
  private final byte[] origin;

  LeafText(String log, String writer, String boot) {
    this.log = log;
    this.writer = writer;
    this.boot = boot;
    start = bytes().ascii("{\"v\":1,\"log\":").quoted(log).ascii(",\"id\":\"").toArray();
    origin =
        bytes()
            .ascii(",\"writer\":")
            .quoted(writer)
            .ascii(",\"boot\":")
            .quoted(boot)
            .ascii(",\"n\":")
            .toArray();
  }

  private static LeafBytes bytes() {
    return new LeafBytes(MIDDLE);
  }

  /** Most bytes of a leaf that is made of this end. */
  int mostBytes(EntryKind kind, ByteString end) {
    return start.length + origin.length + kind.text().length() + MIDDLE + end.size();
  }

  /** Joins the pieces. */
  byte[] leaf(EntryId id, EntryKind kind, Moment moment, long n, String prev, ByteString end) {
    return new LeafBytes(mostBytes(kind, end))
        .bytes(start)
        .ascii(id.toString())
        .ascii("\",\"kind\":\"")
        .ascii(kind.text())
        .ascii("\",\"at\":\"")
        .ascii(AT.format(moment.wall()))
        .ascii("\",\"mono\":")
        .number(moment.mono())
        .bytes(origin)
        .number(n)
        .ascii(",\"prev\":\"")
        .ascii(prev)
        .ascii("\"")
        .bytes(end)
        .toArray();
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
    LeafBytes out = new LeafBytes(END);
    for (Map.Entry<Fact, Object> fact : facts.values().entrySet()) {
      out.ascii(",\"").ascii(fact.getKey().text()).ascii("\":");
      appendValue(out, fact.getValue());
    }
    if (content != null) {
      out.ascii(",\"content\":{\"type\":").quoted(content.type());
      out.ascii(",\"size\":").number(content.size());
      out.ascii(",\"stored\":\"").ascii(content.stored().hex());
      out.ascii("\",\"commitment\":\"").ascii(content.commitment()).ascii("\"}");
    }
    return out.ascii("}").toByteString();
  }

  private static void appendValue(LeafBytes out, Object value) {
    switch (value) {
      case Long number -> out.number(number);
      case List<?> list -> {
        out.ascii("[");
        for (int i = 0; i < list.size(); i++) {
          (i == 0 ? out : out.ascii(",")).quoted(String.valueOf(list.get(i)));
        }
        out.ascii("]");
      }
      default -> out.quoted(value.toString());
    }
  }
}

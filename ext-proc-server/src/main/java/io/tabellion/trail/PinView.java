package io.tabellion.trail;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.pin.Change;
import io.tabellion.pin.Definition;
import io.tabellion.pin.Pin;
import io.tabellion.pin.Pins;
import io.tabellion.pin.Suspicion;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A tool as it is shown.
 *
 * @param caller digest of the principal that it is about; empty where it is about all callers
 * @param accepted what callers may use; null while nothing was accepted
 * @param variants definitions beside it that are accepted too
 * @param pending what waits for an operator; null while nothing does
 * @param changes how that differs from what is accepted, the gravest first; empty in lists
 * @param sameName another tool whose name cannot be told from this one's, where it waits for that
 */
public record PinView(
    String server,
    String tool,
    String caller,
    boolean quarantined,
    @Nullable Shape accepted,
    List<Shape> variants,
    @Nullable Shape pending,
    List<Change> changes,
    Optional<String> sameName) {

  public PinView {
    variants = List.copyOf(variants);
    changes = List.copyOf(changes);
  }

  /**
   * A definition.
   *
   * @param suspicions words for what looks wrong in its texts, in order
   * @param revisions of MCP in whose lists it was seen, in order
   * @param json as it is kept; empty in lists, and where only the digest is known
   */
  public record Shape(
      String digest,
      Instant seen,
      List<String> suspicions,
      List<String> revisions,
      ByteString json) {
    public Shape {
      suspicions = List.copyOf(suspicions);
      revisions = List.copyOf(revisions);
    }
  }

  /** All that is known of a tool. */
  static PinView whole(Pin pin, Pins pins) {
    return of(pin, pins, true);
  }

  /** The same without definitions, for lists. */
  static PinView brief(Pin pin, Pins pins) {
    return of(pin, pins, false);
  }

  private static PinView of(Pin pin, Pins pins, boolean whole) {
    List<Shape> accepted = pin.definitions().stream().map(known -> shape(known, whole)).toList();
    Definition pending = pin.pending();
    return new PinView(
        pin.server(),
        pin.tool(),
        pin.caller(),
        pin.quarantined(),
        accepted.isEmpty() ? null : accepted.getFirst(),
        accepted.stream().skip(1).toList(),
        pending == null ? null : shape(pending, whole),
        whole ? pin.changes() : List.of(),
        pins.rival(pin));
  }

  private static Shape shape(Definition definition, boolean whole) {
    var tree = definition.tree();
    return new Shape(
        definition.digest(),
        definition.seen(),
        words(definition),
        definition.revisions().stream().sorted().toList(),
        whole && tree != null ? JsonWriter.write(tree) : ByteString.EMPTY);
  }

  /** Words for what looks wrong in the texts of a definition, in order. */
  static List<String> words(Definition definition) {
    return definition.suspicions().stream().map(Suspicion::word).sorted().toList();
  }
}

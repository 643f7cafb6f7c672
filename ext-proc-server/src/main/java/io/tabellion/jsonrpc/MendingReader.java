package io.tabellion.jsonrpc;

import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads a body as JSON-RPC 2.0 and mends what has one safe reading; what was mended stands in the
 * {@link Notes} of each message. What is read is written anew before it goes on, so nobody else
 * sees what was mended.
 *
 * <p>Of a client null counts as absent where the protocol has optional objects. Of a server, whose
 * work is done by then, more is mended, and what cannot be is a {@link Flaw} at its place.
 *
 * <p>Immutable and thread-safe. Never throws on hostile input.
 */
public final class MendingReader {
  private final Limits limits;
  private final MessageReader messages;
  private final boolean ofServers;

  private MendingReader(Limits limits, boolean ofServers) {
    this.limits = limits;
    this.messages = new MessageReader(limits);
    this.ofServers = ofServers;
  }

  /** Returns a reader of what clients send. */
  public static MendingReader ofClients(Limits limits) {
    return new MendingReader(limits, false);
  }

  /** Returns a reader of what servers send. */
  public static MendingReader ofServers(Limits limits) {
    return new MendingReader(limits, true);
  }

  /** Returns the message or batch, or why it is none. */
  public Mended read(ByteString body) {
    Oddities oddities = ofServers ? new Oddities() : null;
    JsonScanner scanner = new JsonScanner(body.toByteArray(), limits, oddities);
    return switch (scanner.document()) {
      case Parsed.Malformed malformed -> Mended.malformed(malformed);
      case Reading.Document(Json value) ->
          oddities != null && oddities.tooMany()
              ? Mended.malformed(
                  Parsed.Malformed.message("#", "fewer than " + Oddities.MOST + " flaws"))
              : mended(value, oddities);
    };
  }

  /**
   * Returns the id of a request that {@link #read} does not take, as far as it can be told; null if
   * there is none, or more than one.
   */
  public @Nullable RequestId idOf(ByteString body) {
    JsonScanner scanner = new JsonScanner(body.toByteArray(), limits, new Oddities());
    var _ = scanner.document();
    return RequestId.of(scanner.id());
  }

  private Mended mended(Json value, @Nullable Oddities oddities) {
    return switch (value) {
      case Json.Obj object -> {
        EnvelopeMender.Outcome outcome = mend(object);
        Notes notes = oddities == null ? Notes.NONE : oddities.of(null);
        yield result(outcome.tree(), List.of(notes.and(outcome.repairs())));
      }
      case Json.Array array -> batch(array.items(), oddities);
      case Json.Text _, Json.Num _, Json.Literal _ -> result(value, List.of());
    };
  }

  private Mended batch(List<Json> items, @Nullable Oddities oddities) {
    List<Json> trees = new ArrayList<>(items.size());
    List<Notes> notes = new ArrayList<>(items.size());
    for (Json item : items.subList(0, Math.min(items.size(), limits.batch() + 1))) {
      Notes of = oddities == null ? Notes.NONE : oddities.of(Integer.toString(trees.size()));
      if (item instanceof Json.Obj object) {
        EnvelopeMender.Outcome outcome = mend(object);
        trees.add(outcome.tree());
        notes.add(of.and(outcome.repairs()));
      } else {
        trees.add(item);
        notes.add(of);
      }
    }
    return result(new Json.Array(trees), notes);
  }

  /** An envelope that says something twice says two things. */
  private Mended result(Json tree, List<Notes> notes) {
    for (Notes of : notes) {
      for (Flaw flaw : of.flaws()) {
        if (flaw.place().isEmpty()) {
          return Mended.malformed(Parsed.Malformed.message("#", flaw.expected()));
        }
      }
    }
    Parsed parsed = messages.message(tree);
    return new Mended(parsed, parsed instanceof Parsed.Malformed ? List.of() : notes);
  }

  private EnvelopeMender.Outcome mend(Json.Obj tree) {
    return ofServers ? EnvelopeMender.ofServer(tree) : EnvelopeMender.ofClient(tree);
  }
}

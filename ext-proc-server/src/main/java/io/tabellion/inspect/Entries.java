package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Entry;
import io.tabellion.audit.EntryId;
import io.tabellion.audit.EntryKind;
import io.tabellion.audit.Facts;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.mask.Masked;
import io.tabellion.pin.Definition;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** Makes entries of facts and of what may be kept (P4). Immutable and thread-safe. */
final class Entries {
  private static final String JSON = "application/json";

  private final InstantSource clock;

  Entries(InstantSource clock) {
    this.clock = clock;
  }

  /** An entry without content. */
  Entry of(EntryKind kind, Facts.Builder facts) {
    return new Entry(EntryId.next(clock), kind, facts.build(), null);
  }

  /** An entry with what of a message may be kept. */
  Entry of(EntryKind kind, Facts.Builder facts, Masked message) {
    return new Entry(EntryId.next(clock), kind, facts.build(), content(message.recorded()));
  }

  /** An entry with the definition of a tool, masked as pins keep them. */
  Entry of(EntryKind kind, Facts.Builder facts, Definition definition) {
    Json.Obj tree = definition.tree();
    return new Entry(
        EntryId.next(clock),
        kind,
        facts.build(),
        tree == null ? null : content(JsonWriter.write(tree)));
  }

  private static Entry.@Nullable Content content(@Nullable ByteString json) {
    return json == null ? null : new Entry.Content(JSON, json);
  }
}

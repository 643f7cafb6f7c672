package io.tabellion.api;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Timestamp;
import io.tabellion.audit.Leaf;
import io.tabellion.audit.v1.ContentReference;
import io.tabellion.audit.v1.Entry;
import io.tabellion.audit.v1.Facts;
import io.tabellion.trail.EntryView;
import java.time.Instant;
import java.util.List;

/** Translates leaves into the API's entries. A fact becomes the field of its name. */
final class Entries {
  private static final Descriptor FACTS = Facts.getDescriptor();

  private Entries() {}

  static Entry toApi(EntryView view) {
    Leaf leaf = view.leaf();
    Entry.Builder entry =
        Entry.newBuilder()
            .setIndex(view.index())
            .setId(leaf.id().toString())
            .setKind(leaf.kind().text())
            .setAt(timestamp(leaf.at()))
            .setMonoNanos(leaf.mono())
            .setWriter(leaf.writer())
            .setBoot(leaf.boot())
            .setCounter(leaf.n())
            .setPrevious(leaf.prev().hex())
            .setLog(leaf.log())
            .setFacts(facts(leaf.facts()));
    Leaf.ContentMark content = leaf.content();
    if (content != null) {
      entry.setContent(reference(content));
    }
    return entry.build();
  }

  /** A fact that the API has no field for is left out: it still stands in the leaf. */
  private static Facts facts(io.tabellion.audit.Facts facts) {
    Facts.Builder builder = Facts.newBuilder();
    facts
        .values()
        .forEach((fact, value) -> {
          FieldDescriptor field = FACTS.findFieldByName(fact.text());
          if (field != null && fits(field, value)) {
            builder.setField(field, value);
          }
        });
    return builder.build();
  }

  private static boolean fits(FieldDescriptor field, Object value) {
    return switch (value) {
      case String text -> field.getType() == FieldDescriptor.Type.STRING && !field.isRepeated();
      case Long number -> field.getType() == FieldDescriptor.Type.INT64;
      case List<?> list -> field.isRepeated();
      default -> false;
    };
  }

  private static ContentReference reference(Leaf.ContentMark content) {
    return ContentReference.newBuilder()
        .setType(content.type())
        .setSize(content.size())
        .setStored(content.stored().hex())
        .setCommitment(content.commitment())
        .build();
  }

  static Timestamp timestamp(Instant at) {
    return Timestamp.newBuilder().setSeconds(at.getEpochSecond()).setNanos(at.getNano()).build();
  }
}

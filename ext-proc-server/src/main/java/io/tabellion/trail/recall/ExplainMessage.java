package io.tabellion.trail.recall;

import com.google.protobuf.ByteString;
import io.tabellion.audit.Fact;
import io.tabellion.policy.Explanation;
import io.tabellion.policy.Explanation.Considered;
import io.tabellion.trail.ShowEntry;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Says which rules a recorded message met, with what came of the parts of their conditions. */
public final class ExplainMessage {
  private final Messages messages;

  public ExplainMessage(Records records) {
    this.messages = new Messages(records);
  }

  /**
   * The file that judged, where the record does not have it any more.
   *
   * @param name for messages
   * @param bytes read when they are needed
   */
  public record Given(Path name, Supplier<ByteString> bytes) {}

  /** What comes of it. */
  public sealed interface Answer {
    /** The rules that match, in file order. */
    record Explained(Recording message, List<Considered> rules) implements Answer {
      public Explained {
        rules = List.copyOf(rules);
      }
    }

    /** No policy was asked about the entry. */
    record NotJudged() implements Answer {}

    /** What the message is about is masked. */
    record Masked() implements Answer {}

    /** The record does not have the file that judged. */
    record PolicyMissing() implements Answer {}

    /** The file names others, which the record does not have. */
    record PolicyNamesOthers() implements Answer {}

    /**
     * The file is another than the one that judged.
     *
     * @param digest of the one that judged
     */
    record OtherPolicy(Path name, String digest) implements Answer {}
  }

  /**
   * Explains a message.
   *
   * @param given the file that judged; null for the one that the record has
   * @throws io.tabellion.yaml.YamlException if the file cannot be used
   */
  public Answer explain(ShowEntry.Key key, @Nullable Given given) throws InterruptedException {
    Recording message = messages.one(key);
    if (!message.judged()) {
      return new Answer.NotJudged();
    }
    if (!message.targetIsClear()) {
      return new Answer.Masked();
    }
    String digest = message.entry().text(Fact.POLICY);
    if (given != null) {
      return explain(message, given.name(), given.bytes().get(), digest);
    }
    return switch (messages.policy(digest)) {
      case Messages.PolicyBytes.Whole(ByteString bytes) ->
          explain(message, Path.of("policy"), bytes, digest);
      case Messages.PolicyBytes.NamesOthers _ -> new Answer.PolicyNamesOthers();
      case Messages.PolicyBytes.Missing _ -> new Answer.PolicyMissing();
    };
  }

  private Answer explain(Recording message, Path name, ByteString bytes, String digest)
      throws InterruptedException {
    Explanation policy = Explanation.of(name, bytes);
    return policy.digest().equals(digest)
        ? new Answer.Explained(message, policy.explain(message.question(messages.said(message))))
        : new Answer.OtherPolicy(name, digest);
  }
}

package io.tabellion.trail.recall;

import io.tabellion.policy.Replay;
import io.tabellion.policy.Replay.Rejudged;
import io.tabellion.trail.recall.Recording.Said;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Judges recorded messages by a policy that is not in force. Content is read only where a decision
 * hangs on it.
 */
public final class ReplayMessages {
  private final Messages messages;
  private final Replay policy;

  public ReplayMessages(Records records, Replay policy) {
    this.messages = new Messages(records);
    this.policy = policy;
  }

  /** Takes what became of a message; null if the policy was not asked about it. */
  public interface Each {
    void accept(Recording message, @Nullable Rejudged rejudged);
  }

  /** Goes through the messages since then, oldest first. */
  public void each(Instant from, Each each) throws InterruptedException {
    messages.each(from, message -> each.accept(message, rejudged(message)));
  }

  private @Nullable Rejudged rejudged(Recording message) throws InterruptedException {
    if (!message.judged()) {
      return null;
    }
    boolean named = !message.namesMore() || !policy.readsUris(message.server());
    if (!message.targetIsClear() || !named) {
      return new Rejudged(null, List.of(), List.of());
    }
    Rejudged bare = policy.judge(message.question(Said.NOTHING));
    return bare.action() == null ? policy.judge(message.question(messages.said(message))) : bare;
  }
}

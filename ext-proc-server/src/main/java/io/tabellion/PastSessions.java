package io.tabellion;

import io.tabellion.audit.index.IndexException;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.policy.Question.Target;
import io.tabellion.session.SessionOwners;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Sessions and tasks of earlier boots, as the search index knows them.
 *
 * <p>An index that is being built may know a session and not yet its end, so nothing that it says
 * counts before it holds all entries of earlier boots. Until then a session is unknown (the client
 * is told to begin another one), and a task is judged by the strictest rules.
 *
 * <p>Thread-safe. Blocks for at most two seconds.
 */
final class PastSessions implements SessionOwners {
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final SearchIndex index;
  private final long past;

  /**
   * Knows the sessions of an index.
   *
   * @param past entries of earlier boots
   */
  PastSessions(SearchIndex index, long past) {
    this.index = index;
    this.past = past;
  }

  @Override
  public Optional<Owned> find(String server, String session) {
    return asking(() -> index.sessionOwner(server, session))
        .filter(known -> !known.ended())
        .map(known -> new Owned(known.owner(), known.revision(), known.client()));
  }

  @Override
  public Optional<Target> task(String server, String owner, String task) {
    return asking(() -> index.callOfTask(server, owner, task))
        .map(call -> new Target(call.method(), call.tool(), call.resource(), call.prompt()));
  }

  private <T> Optional<T> asking(Supplier<Optional<T>> question) {
    try {
      return index.size() >= past || index.await(past, PATIENCE) >= past
          ? question.get()
          : Optional.empty();
    } catch (IndexException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}

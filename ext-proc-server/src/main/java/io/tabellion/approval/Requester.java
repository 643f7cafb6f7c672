package io.tabellion.approval;

import io.tabellion.identity.Caller;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose call waits: the principal that an approval is bound to.
 *
 * <p>Immutable and thread-safe.
 *
 * @param owner the OWNER fact: keyed digest of the principal, actors included
 * @param subject on whose behalf; null if only a workload is known
 * @param issuer who vouches for the subject
 * @param actors who acts for the subject, outermost first
 * @param clientId the OAuth client
 * @param groups of the subject
 * @param workload of the verified peer
 * @param anonymous whether nothing of it is verified
 */
public record Requester(
    String owner,
    @Nullable String subject,
    @Nullable String issuer,
    List<String> actors,
    @Nullable String clientId,
    List<String> groups,
    @Nullable String workload,
    boolean anonymous) {

  public Requester {
    actors = List.copyOf(actors);
    groups = List.copyOf(groups);
  }

  /** The requester that a caller is. */
  static Requester of(String owner, Caller caller) {
    return new Requester(
        owner,
        caller.subject(),
        caller.issuer(),
        caller.actors(),
        caller.clientId(),
        caller.groups(),
        caller.workload(),
        caller.source() == Caller.Source.ANONYMOUS);
  }

  /**
   * Whether the person is the requester, somebody in its chain of actors, or its client: by any
   * name of theirs, whoever vouches for it.
   */
  public boolean involves(Person person) {
    return person.isCalled(subject)
        || actors.stream().anyMatch(person::isCalled)
        || person.isCalled(workload)
        || person.isCalled(clientId);
  }

  /** A name for people. */
  public String name() {
    if (subject != null) {
      return subject;
    }
    return workload == null ? "anonymous" : workload;
  }
}

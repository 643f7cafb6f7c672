package io.tabellion.approval;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who decides, as the approval API knows them.
 *
 * <p>Immutable and thread-safe. Two are the same person if their issuers and subjects are equal;
 * groups and the way they came by do not count.
 *
 * @param subject who it is, as the issuer says it
 * @param issuer who vouches; null for people whom the configuration names
 * @param groups whose member they are
 * @param channel how they came: {@code token}, {@code certificate}, {@code oidc}
 */
public record Person(String subject, @Nullable String issuer, List<String> groups, String channel) {

  public Person {
    groups = List.copyOf(groups);
  }

  /** Whether both are one person. Where one has no issuer, the subjects alone decide. */
  public boolean is(Person other) {
    return is(other.subject, other.issuer);
  }

  /** Whether it is the person of this subject and issuer. Where one has no issuer, any counts. */
  public boolean is(@Nullable String otherSubject, @Nullable String otherIssuer) {
    return subject.equals(otherSubject)
        && (issuer == null || otherIssuer == null || issuer.equals(otherIssuer));
  }
}

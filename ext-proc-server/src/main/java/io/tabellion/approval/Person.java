package io.tabellion.approval;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who decides, as the approval API knows them.
 *
 * <p>Immutable and thread-safe. Two are the same person if they share a name, whoever vouches for
 * it: one human often has an account at more than one issuer, and a token of the configuration
 * besides. This may take two people of one name for one, and never one person for two whose names
 * are known. Groups and the way they came by do not count.
 *
 * @param subject who it is, as the issuer says it
 * @param issuer who vouches; null for people whom the configuration names
 * @param names all names of theirs that the issuer says, such as an email address; the subject is
 *     always among them
 * @param groups whose member they are
 * @param channel how they came: {@code token}, {@code certificate}, {@code oidc}, {@code slack}
 */
public record Person(
    String subject,
    @Nullable String issuer,
    Set<String> names,
    List<String> groups,
    String channel) {

  public Person {
    Set<String> all = new LinkedHashSet<>(names);
    all.add(subject);
    names = Set.copyOf(all);
    groups = List.copyOf(groups);
  }

  /** Somebody of one name. */
  public Person(String subject, @Nullable String issuer, List<String> groups, String channel) {
    this(subject, issuer, Set.of(subject), groups, channel);
  }

  /** Whether both are one person. */
  public boolean is(Person other) {
    return other.names.stream().anyMatch(this::isCalled);
  }

  /** Whether it is a name of theirs; case does not count, for it does not in email addresses. */
  public boolean isCalled(@Nullable String name) {
    return name != null && names.stream().anyMatch(one -> folded(one).equals(folded(name)));
  }

  /** The names other than the subject, in their order. */
  List<String> otherNames() {
    return names.stream().filter(name -> !name.equals(subject)).sorted().toList();
  }

  private static String folded(String name) {
    return name.toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
  }
}

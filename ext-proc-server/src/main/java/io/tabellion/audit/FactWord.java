package io.tabellion.audit;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A word of a closed set, as a fact holds it. */
@FunctionalInterface
public interface FactWord {
  /** The word in the leaf, in the API and on the command line. */
  String word();

  /** Returns the one of a set with this word; empty if there is none. */
  static <W extends FactWord> Optional<W> find(W[] set, String word) {
    return Stream.of(set).filter(one -> one.word().equals(word)).findFirst();
  }

  /** Returns the words of a whole set. */
  static Set<String> all(FactWord... set) {
    return Stream.of(set).map(FactWord::word).collect(Collectors.toUnmodifiableSet());
  }
}

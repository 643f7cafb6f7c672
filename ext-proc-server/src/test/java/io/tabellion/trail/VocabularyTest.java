package io.tabellion.trail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tabellion.audit.Disposition;
import io.tabellion.audit.FactWord;
import io.tabellion.audit.Outcome;
import io.tabellion.audit.index.Query.Field;
import io.tabellion.audit.index.SearchIndex;
import io.tabellion.testing.ManualClock;
import io.tabellion.testing.MemoryAuditLog;
import io.tabellion.testing.Samples;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What filters of closed sets accept is what entries can hold. */
@Tag("unit")
class VocabularyTest {
  @TempDir Path directory;

  @SuppressWarnings("NullAway.Init") // by JUnit, before each test
  private SearchIndex index;

  @BeforeEach
  void start() throws Exception {
    var log = new MemoryAuditLog(new ManualClock(Instant.parse("2026-11-24T06:00:00Z")));
    index = SearchIndex.open(directory, log, Samples.HASH);
  }

  @AfterEach
  void stop() {
    index.close();
  }

  @Test
  void eachDecisionThatAnEntryCanHoldIsAFilter() {
    holds(Field.DECISION, Disposition.values());
  }

  @Test
  void eachOutcomeThatAnEntryCanHoldIsAFilter() {
    holds(Field.OUTCOME, Outcome.values());
  }

  private void holds(Field field, FactWord... set) {
    var vocabulary = new Vocabulary(index);
    List<String> words = Stream.of(set).map(FactWord::word).sorted().toList();
    for (String word : words) {
      assertThat(vocabulary.words(field, "f", List.of(word))).containsExactly(word);
    }
    assertThat(vocabulary.words(field, "f", List.of("*"))).containsExactlyElementsOf(words);
    assertThatThrownBy(() -> vocabulary.words(field, "f", List.of("none")))
        .hasMessageContaining("one of " + words.stream().collect(Collectors.joining(", ")));
  }
}

package io.tabellion.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.audit.merkle.Hash;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RecentTest {
  private static final int KEPT = 8192;

  private final Recent recent = new Recent(10, 1 << 20);
  private final Recent.Taker taker = recent.taker();

  @Test
  void givesWhatWasAddedInOrder() {
    recent.add(10, List.of(entry(10, "a"), entry(11, null), entry(12, "c")));
    List<StoredEntry> taken = taker.take(10, 2);
    assertThat(taken).extracting(StoredEntry::index).containsExactly(10L, 11L);
    assertThat(taken.getFirst().bytes()).isEqualTo(leaf(10));
    assertThat(taken.getFirst().content().get()).isEqualTo(new StoredContent.Clear(content("a")));
    assertThat(taken.getLast().content().get()).isEqualTo(new StoredContent.None());
    assertThat(taker.take(12, 5)).extracting(StoredEntry::index).containsExactly(12L);
    assertThat(taker.take(13, 5)).isEmpty();
  }

  @Test
  void forgetsContentsOnceTakenButNotLeaves() {
    recent.add(10, List.of(entry(10, "a"), entry(11, "b")));
    assertThat(taker.take(11, 5)).hasSize(1);
    assertThat(taker.take(10, 5)).isEmpty();
    assertThat(recent.leaf(10)).isEqualTo(leaf(10));
    assertThat(recent.hash(10)).isEqualTo(Hash.ofLeaf(leaf(10)));
  }

  @Test
  void keepsContentsUntilAllHaveThem() {
    Recent.Taker slow = recent.taker();
    recent.add(10, List.of(entry(10, "a"), entry(11, "b")));
    assertThat(taker.take(10, 5)).hasSize(2);
    assertThat(taker.take(12, 5)).isEmpty();
    assertThat(slow.take(10, 5)).hasSize(2);
    slow.close();
    assertThat(taker.take(12, 5)).isEmpty();
    assertThat(taker.take(10, 5)).isEmpty();
  }

  @Test
  void keepsNoContentsForNobody() {
    taker.close();
    recent.add(10, List.of(entry(10, "a")));
    assertThat(recent.leaf(10)).isEqualTo(leaf(10));
    assertThat(recent.taker().take(10, 5)).isEmpty();
  }

  @Test
  void forgetsWhatStandsBeforeEntriesOfOthers() {
    recent.add(10, List.of(entry(10, "a")));
    recent.add(15, List.of(entry(15, "b")));
    assertThat(recent.leaf(10)).isNull();
    assertThat(taker.take(10, 5)).isEmpty();
    assertThat(taker.take(15, 5)).extracting(StoredEntry::index).containsExactly(15L);
    assertThat(recent.hash(15)).isEqualTo(Hash.ofLeaf(leaf(15)));
  }

  @Test
  void knowsNothingFromBefore() {
    recent.add(10, List.of(entry(10, "a")));
    assertThat(taker.take(9, 5)).isEmpty();
    assertThat(recent.leaf(9)).isNull();
    assertThat(recent.hash(11)).isNull();
  }

  @Test
  void keepsTheNewestWhereThereAreTooMany() {
    recent.add(
        10, LongStream.range(10, 10 + KEPT + 5).mapToObj(index -> entry(index, "a")).toList());
    assertThat(taker.take(14, 5)).isEmpty();
    assertThat(recent.leaf(14)).isNull();
    assertThat(taker.take(15, KEPT))
        .extracting(StoredEntry::index)
        .containsExactlyElementsOf(LongStream.range(15, 15 + KEPT).boxed().toList());
  }

  @Test
  void keepsTheNewestWhereContentsAreTooLarge() {
    String large = "x".repeat(400_000);
    IntStream.range(10, 14).forEach(index -> recent.add(index, List.of(entry(index, large))));
    assertThat(taker.take(11, 5)).isEmpty();
    assertThat(taker.take(12, 5)).extracting(StoredEntry::index).containsExactly(12L, 13L);
    assertThat(recent.leaf(10)).isEqualTo(leaf(10));
  }

  @Test
  void keepsTheNewestWhereLeavesAreTooLarge() {
    var small = new Recent(10, 3L * leaf(10).size());
    Recent.Taker all = small.taker();
    LongStream.range(10, 14).forEach(index -> small.add(index, List.of(entry(index, null))));
    assertThat(small.leaf(10)).isNull();
    assertThat(small.leaf(11)).isEqualTo(leaf(11));
    assertThat(all.take(10, 5)).isEmpty();
    assertThat(all.take(11, 5)).hasSize(3);
  }

  private static Recent.Appended entry(long index, @Nullable String text) {
    Leaf leaf =
        new Leaf(
            "log",
            new EntryId(new UUID(0, index)),
            EntryKind.CALL_INTENT,
            Instant.EPOCH,
            0,
            "writer",
            "boot",
            index,
            Hash.ZERO,
            Facts.NONE,
            null);
    ByteString bytes = leaf(index);
    return new Recent.Appended(
        bytes, Hash.ofLeaf(bytes), leaf, text == null ? null : content(text));
  }

  private static ByteString leaf(long index) {
    return ByteString.copyFromUtf8("leaf %05d".formatted(index));
  }

  private static Entry.Content content(String text) {
    return new Entry.Content("text/plain", ByteString.copyFromUtf8(text));
  }
}

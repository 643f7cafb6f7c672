package io.tabellion.extproc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class HeldBytesTest {
  private final HeldBytes held = new HeldBytes(600);

  @Test
  void oneCallerAloneMayHoldAHalf() {
    HeldBytes.Share loud = held.of("loud");
    assertThat(loud.take(300)).isTrue();
    assertThat(loud.take(1)).isFalse();
    assertThat(held.held()).isEqualTo(300);
  }

  @Test
  void thereIsRoomForTheNextOne() {
    for (String loud : new String[] {"first", "second", "third"}) {
      HeldBytes.Share share = held.of(loud);
      while (share.take(1)) {
        // As much as it gets.
      }
    }
    assertThat(held.of("quiet").take(30)).isTrue();
  }

  @Test
  void aCallerIsKnownByItsName() {
    assertThat(held.of("loud").take(300)).isTrue();
    assertThat(held.of("loud").take(1)).isFalse();
    assertThat(held.of("quiet").take(150)).isTrue();
  }

  @Test
  void whatIsGivenBackMayBeTakenAgain() {
    HeldBytes.Share share = held.of("loud");
    assertThat(share.take(300)).isTrue();
    share.give(300);
    assertThat(held.held()).isZero();
    assertThat(share.take(300)).isTrue();
  }

  @Test
  void whatIsLargerThanAllIsRefused() {
    assertThat(held.of("loud").take(Long.MAX_VALUE / 2)).isFalse();
  }
}

package io.tabellion.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.SecureRandom;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class DrbgTest {

  /** A system that gives zeros, and counts how often it was asked. */
  private static final class Zeros extends SecureRandom {
    final AtomicInteger asked = new AtomicInteger();

    @Override
    public void nextBytes(byte[] bytes) {
      asked.incrementAndGet();
    }
  }

  @Test
  void noTwoRequestsOfManyThreadsGetTheSame() {
    Drbg random = new Drbg();
    Set<String> seen = ConcurrentHashMap.newKeySet();
    Queue<String> twice = new ConcurrentLinkedQueue<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 64; i++) {
        threads.execute(() -> {
          for (int n = 0; n < 500; n++) {
            String bytes = hex(random, 16);
            if (!seen.add(bytes)) {
              twice.add(bytes);
            }
          }
        });
      }
    }
    assertThat(twice).isEmpty();
    assertThat(seen).hasSize(64 * 500);
  }

  @Test
  void everySizeIsFilledToItsEnd() {
    Drbg random = new Drbg();
    for (int size : new int[] {1, 12, 31, 32, 33, 88, 1000, 70_000}) {
      Set<Byte> last = new HashSet<>();
      byte[] bytes = new byte[size];
      for (int i = 0; i < 12; i++) {
        random.nextBytes(bytes);
        last.add(bytes[size - 1]);
      }
      assertThat(last).as("last of %s", size).hasSizeGreaterThan(2);
    }
    assertThat(random.generateSeed(20)).hasSize(20);
  }

  @Test
  void theSystemIsAskedAtTheStartAndAfterManyRequests() {
    Zeros system = new Zeros();
    Drbg random = new Drbg(system);
    assertThat(system.asked).hasValue(0);

    hex(random, 16);
    assertThat(system.asked).hasValue(1);

    long began = System.nanoTime();
    for (int i = 0; i < 1 << 16; i++) {
      random.nextBytes(new byte[1]);
    }
    long seconds = (System.nanoTime() - began) / 1_000_000_000;
    assertThat(system.asked.get()).isBetween(2, (int) (3 + seconds));
  }

  @Test
  void theSystemIsAskedAgainWhenItIsToBe() {
    Zeros system = new Zeros();
    Drbg random = new Drbg(system);
    hex(random, 16);
    random.reseed();
    hex(random, 16);
    assertThat(system.asked).hasValue(2);
    random.setSeed(new byte[32]);
    hex(random, 16);
    assertThat(system.asked).hasValue(3);
  }

  /** Also where the system gave both the same bytes, as it may right after a snapshot. */
  @Test
  void generatorsOfTheSameSystemBytesDiffer() {
    assertThat(hex(new Drbg(new Zeros()), 32)).isNotEqualTo(hex(new Drbg(new Zeros()), 32));
  }

  @Test
  void withoutTheSystemThereIsNothing() {
    Drbg random =
        new Drbg(
            new SecureRandom() {
              @Override
              public void nextBytes(byte[] bytes) {
                throw new IllegalStateException("no entropy");
              }
            });
    assertThatThrownBy(() -> random.nextBytes(new byte[8])).hasMessage("no entropy");
    assertThatThrownBy(() -> random.nextBytes(new byte[8])).hasMessage("no entropy");
  }

  /** Not a proof of anything; it finds a generator that is broken. */
  @Test
  void bitsAreEvenlySpread() {
    Drbg random = new Drbg();
    byte[] bytes = new byte[1 << 17];
    random.nextBytes(bytes);
    long ones = 0;
    for (byte each : bytes) {
      ones += Integer.bitCount(each & 0xff);
    }
    double half = bytes.length * 4.0;
    double deviation = Math.sqrt(bytes.length * 2.0);
    assertThat(ones).isBetween((long) (half - 6 * deviation), (long) (half + 6 * deviation));
  }

  private static String hex(SecureRandom random, int size) {
    byte[] bytes = new byte[size];
    random.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}

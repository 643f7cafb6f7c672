package io.tabellion.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.detect.Detectors;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The work of a scan, counted in bytes that matchers read, is linear in the text. */
@Tag("unit")
class WorkTest {
  private static final int SIZE = 20_000;

  /** Most bytes read for one byte of text, on the worst input here. */
  private static final int MOST_READS = 200;

  private static final Engine ENGINE = new Engine(Detectors.builtIn().all(), detector -> 0.5);

  private static final class Counted extends Text {
    private long reads;

    Counted(String text) {
      super(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public int at(int index) {
      reads++;
      return super.at(index);
    }

    @Override
    public long number(int index, int length) {
      reads += length;
      return super.number(index, length);
    }

    @Override
    public long digitsFrom(int index) {
      reads += LOOK;
      return super.digitsFrom(index);
    }
  }

  private static long reads(String text) {
    Counted counted = new Counted(text);
    ENGINE.scan(counted);
    return counted.reads;
  }

  static Stream<String> repeated() {
    return Stream.of(
        "1",
        "12 ",
        "1-",
        "1.",
        "123-45-6789 ",
        "4111 ",
        "a",
        "A1",
        "@",
        "a@",
        "a.b@",
        "é@",
        "://",
        "a:b@",
        "http://a:",
        "-----BEGIN ",
        "-----BEGIN RSA PRIVATE KEY-----",
        "-----END ",
        "eyJ",
        "eyJ.",
        "eyJhbGciOiJIUzI1NiJ9.",
        "\"",
        "'\\",
        "password='",
        "password=",
        "token: \"",
        "token=a1",
        "secret",
        "key:",
        "::",
        "1:",
        "ab:",
        "aa:bb:",
        "f",
        "0x",
        "bc1",
        "sk-",
        "ghp_",
        "AKIA",
        "basic ",
        "bearer ",
        "passport ",
        "birth ",
        "born 1/2/",
        "DE89",
        "GB",
        "(1) ",
        "+1 ",
        "x1",
        "1x",
        "postgres://",
        ";password=",
        "{\"a\":\"",
        "[[[",
        "\\\"",
        "AAAAAA",
        "heroku=",
        "token token=",
        "phone 1",
        "1 phone ",
        "PuTTY-User-Key-File-2:",
        "99/99/",
        "A1B2",
        "=",
        "+/",
        "\"kty\":",
        "kty: d: ",
        "sk_live_",
        "AccountKey=",
        "api_key=",
        "otpauth://totp/a?secret=",
        "totp secret ",
        "LS0tLS1CRUdJTi",
        "MIIEpAIBAAKCAQEA",
        "\"auth\":\"",
        "ntlm: ",
        "a::b:",
        "$krb5tgs$",
        "SUA",
        "&sig=",
        "--token ",
        "Q~");
  }

  @ParameterizedTest
  @MethodSource("repeated")
  void isLinearWhateverIsRepeated(String piece) {
    long once = reads(piece.repeat(SIZE / piece.length()));
    long twice = reads(piece.repeat(2 * SIZE / piece.length()));

    assertThat(twice).isLessThanOrEqualTo(2 * once + 20L * MOST_READS * piece.length());
    assertThat(once).isLessThanOrEqualTo((long) MOST_READS * SIZE);
  }

  /** An image of one colour is a run of one sign; so is much else that is long. */
  @Test
  void deepInARunOfOneSignNobodyIsAsked() {
    AtomicInteger asked = new AtomicInteger();
    List<Detector> counted =
        Detectors.builtIn().all().stream().map(detector -> counted(detector, asked)).toList();
    Engine engine = new Engine(counted, detector -> 0.5);
    for (char sign = ' '; sign < 0x7f; sign++) {
      asked.set(0);
      engine.scan(Folding.of(String.valueOf(sign).repeat(SIZE)).text());
      assertThat(asked.get()).as("asked in a run of %s", sign).isLessThan(20);
    }
  }

  /** Tables have more numbers than anything else; hardly one of them is what a detector wants. */
  @ParameterizedTest
  @ValueSource(strings = {"12 ", "12 34 56 78\n", "1234 5678 9012\n", "123 456 7890 ", "99 "})
  void inRowsOfNumbersHardlyAnybodyIsAsked(String piece) {
    AtomicInteger asked = new AtomicInteger();
    List<Detector> counted =
        Detectors.builtIn().all().stream().map(detector -> counted(detector, asked)).toList();
    String text = piece.repeat(SIZE / piece.length());
    new Engine(counted, detector -> 0.5).scan(Folding.of(text).text());

    long numbers = Pattern.compile("[0-9]+").matcher(text).results().count();
    assertThat(asked.get()).isLessThanOrEqualTo((int) numbers);
  }

  /** What a detector wants is said by where digits stand and how long words are. */
  @ParameterizedTest
  @CsvSource({
    "10.123.7.1 , 1", // the address only: no numbers of other lengths with points in them
    "10.23.7.1 , 1",
    "1234 5678 9012 3456 , 3", // one for a card, and a phone number
    "8b1a9953-c461-4e2e-8f8b-2d6e8f0c9a1d , 2" // no address of a currency is as short
  })
  void whatHasAnotherLayoutAsksNobody(String piece, int most) {
    AtomicInteger asked = new AtomicInteger();
    List<Detector> counted =
        Detectors.builtIn().all().stream().map(detector -> counted(detector, asked)).toList();
    int pieces = SIZE / (piece.length() + 1);
    new Engine(counted, detector -> 0.5).scan(Folding.of((piece + "\n").repeat(pieces)).text());

    assertThat(asked.get()).isLessThanOrEqualTo(most * pieces);
  }

  private static Detector counted(Detector detector, AtomicInteger asked) {
    return new Detector(
        detector.name(),
        detector.kind(),
        detector.rule(),
        detector.source(),
        detector.triggers(),
        detector.longest(),
        (text, from, to, hits) -> {
          asked.incrementAndGet();
          detector.matcher().match(text, from, to, hits);
        },
        detector.validator(),
        detector.context());
  }

  @Test
  void aDetectorThatIsNotTriggeredCostsNothing() {
    String text = "the quick brown fox jumps over the lazy dog, ".repeat(500);

    assertThat(reads(text)).isLessThan(text.length());
  }

  @Test
  void theWorkDoesNotGrowWithTheNumberOfDetectors() {
    String text =
        "Call 212-555-0147 or write to jane@example.org about card 4111 1111 1111 1111. "
            .repeat(50);
    Map<Integer, Long> reads = new LinkedHashMap<>();
    for (int more : new int[] {0, 200, 800}) {
      Counted counted = new Counted(text);
      new Engine(withMore(more), detector -> 0.5).scan(counted);
      reads.put(more, counted.reads);
    }

    assertThat(reads.get(800)).isEqualTo(reads.get(0));
  }

  private static List<Detector> withMore(int count) {
    List<Detector> all = new ArrayList<>(Detectors.builtIn().all());
    for (int i = 0; i < count; i++) {
      all.add(
          new Detector(
              "MORE_" + i,
              Kind.SECRET,
              "rule",
              "source",
              List.of(Trigger.literal("zq" + i + "_")),
              40,
              (text, from, to, hits) -> hits.hit(from, text.runEnd(to, CharSet.ALNUM, 30)),
              Validator.always(1),
              Context.NONE));
    }
    return all;
  }
}

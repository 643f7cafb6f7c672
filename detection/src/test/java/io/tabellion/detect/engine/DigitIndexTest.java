package io.tabellion.detect.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.detect.Detectors;
import io.tabellion.detect.engine.Trigger.Before;
import io.tabellion.detect.engine.Trigger.Digits;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class DigitIndexTest {
  private static final List<String> WORDS =
      List.of(
          "ssn ",
          "nhs number ",
          "bsn: ",
          "tel ",
          "phone ",
          "card ",
          "iban ",
          "sin ",
          "itin ",
          "pesel ",
          "cpr ",
          "passport ",
          "total ",
          "order ",
          "version ",
          "\n",
          ", ",
          "\"id\":");

  private static final String SIGNS = "0123456789012345678901234567890123456789--..,, /::+()aAxXZ";

  private static Engine engine(List<Detector> detectors) {
    return new Engine(detectors, _ -> 0.5);
  }

  /** The detector, asked for numbers whatever they begin with, come before, or are worth. */
  private static Detector eager(Detector detector) {
    return new Detector(
        detector.name(),
        detector.kind(),
        detector.rule(),
        detector.source(),
        detector.triggers().stream().map(DigitIndexTest::eager).toList(),
        detector.longest(),
        detector.matcher(),
        detector.validator(),
        detector.context());
  }

  private static Trigger eager(Trigger trigger) {
    return trigger instanceof Digits digits
        ? new Digits(digits.min(), digits.max(), eager(digits.before()), digits.follow())
        : trigger;
  }

  /** Behind colons and commas whatever stands before them, and in pairs behind all signs. */
  private static Before eager(Before before) {
    String signs = before.signs() + (before.hexadecimal() ? "JHTC" : "TC");
    return before.signs().isEmpty()
        ? before
        : new Before(
            before.minLetters(), before.maxLetters(), before.digits(), before.hexadecimal(), signs);
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int part = random.nextInt(8); part >= 0; part--) {
      text.append(WORDS.get(random.nextInt(WORDS.size())));
      for (int i = random.nextInt(24); i >= 0; i--) {
        text.append(SIGNS.charAt(random.nextInt(SIGNS.length())));
      }
      text.append(' ');
    }
    return text.toString();
  }

  @Test
  void whatIsNotAskedWouldHaveFoundNothing() {
    List<Detector> detectors = Detectors.builtIn().all();
    Engine asked = engine(detectors);
    Engine eager = engine(detectors.stream().map(DigitIndexTest::eager).toList());
    Random random = new Random(3);
    int found = 0;
    for (int round = 0; round < 60_000; round++) {
      String text = text(random);
      List<Candidate> expected = eager.scan(Folding.of(text).text());

      assertThat(asked.scan(Folding.of(text).text())).as("%s", text).isEqualTo(expected);
      found += expected.size();
    }
    assertThat(found).isGreaterThan(1000);
  }
}

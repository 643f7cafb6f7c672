package io.tabellion.detect.personal;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Context;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Kind;
import io.tabellion.detect.engine.Template;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Validator;
import java.util.function.Predicate;

/**
 * How the detectors of identity numbers are put together: shapes, a check, and what a number is
 * worth that stands alone.
 *
 * @param name the detector's
 * @param template the shapes
 * @param check the checksum, over letters and digits in upper case
 * @param formatted score where it is written with separators or letters
 * @param bare score where it is digits only: below the threshold where chance finds too many
 */
record NationalId(
    String name, Template template, Predicate<String> check, double formatted, double bare) {

  /** What a context word adds. */
  static final double NAMED = 0.5;

  /** Words that any number of a person may stand near. */
  private static final double HINTED = 0.2;

  Detector detector(String rule, String source, String... words) {
    Context context =
        Context.of(NAMED, Spellings.of(words))
            .and(HINTED, "national id", "identity number", "id number", "identification number")
            .and(HINTED, "personal number", "tax id", "taxpayer", "national insurance");
    return new Detector(
        name,
        Kind.PII,
        rule,
        source,
        template.triggers(formatted, bare),
        template.longest(),
        template,
        validator(),
        context);
  }

  private Validator validator() {
    return (text, start, end) -> {
      if (!check.test(text.alnum(start, end))) {
        return 0;
      }
      return isBare(text, start, end) ? bare : formatted;
    };
  }

  private static boolean isBare(Text text, int start, int end) {
    return text.runEnd(start, CharSet.DIGIT, end - start) == end;
  }
}

package io.tabellion.detect.personal;

import io.tabellion.detect.engine.CharSet;
import io.tabellion.detect.engine.Detector;
import io.tabellion.detect.engine.Hits;
import io.tabellion.detect.engine.Template;
import io.tabellion.detect.engine.Text;
import io.tabellion.detect.engine.Trigger;
import io.tabellion.detect.personal.Table.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Identity, tax and health numbers that states give to people, from the table {@code
 * national-ids.txt} beside this class; its head says its form.
 */
final class NationalIds {
  private static final String FILE = "national-ids.txt";
  private static final List<String> COLUMNS =
      List.of("NAME", "score", "score of digits only", "source");
  private static final Set<String> KEYS = Set.of("shapes", "first", "third", "words", "rule");
  private static final String US_SSN = "US_SSN";
  private static final String SSN = "ssn";

  private NationalIds() {}

  static List<Detector> all() {
    return Table.read(FILE, COLUMNS, KEYS).rows().stream().map(NationalIds::detector).toList();
  }

  private static Detector detector(Row row) {
    Template template = Template.of(row.list("shapes"));
    template = row.has("first") ? template.first(row.line("first")) : template;
    template = row.has("third") ? template.third(row.line("third")) : template;
    Predicate<String> check = NationalChecks.ALL.get(row.name());
    if (check == null) {
      throw row.wrong("no check", "a name that has its check in NationalChecks");
    }
    Detector detector =
        new NationalId(row.name(), template, check, row.number(1), row.number(2))
            .detector(row.line("rule"), row.cells().get(3), row.list("words"));
    return row.name().equals(US_SSN) ? labelled(detector, template) : detector;
  }

  /** The same that also finds a number right behind its label, and trusts some shapes less. */
  private static Detector labelled(Detector ssn, Template template) {
    List<Trigger> triggers = new ArrayList<>(ssn.triggers());
    triggers.add(Trigger.word(SSN));
    return new Detector(
        ssn.name(),
        ssn.kind(),
        ssn.rule(),
        ssn.source(),
        triggers,
        ssn.longest(),
        (text, from, to, hits) -> {
          if (text.hasIgnoringCase(from, SSN)) {
            glued(text, from, to, hits);
          } else {
            template.match(text, from, to, hits);
          }
        },
        (text, start, end) -> {
          double score = ssn.validator().score(text, start, end);
          boolean weak = text.at(start) == '9' || text.at(start + 3) == '.';
          return weak ? Math.min(0.3, score) : score;
        },
        ssn.context());
  }

  /** Offers the number that follows its label at once: three, two and four digits. */
  private static void glued(Text text, int from, int to, Hits hits) {
    int first = text.runEnd(to, CharSet.DIGIT, 10);
    int sign = text.at(first);
    boolean grouped =
        first - to == 3
            && (sign == '-' || sign == ' ')
            && text.runEnd(first + 1, CharSet.DIGIT, 3) == first + 3
            && text.at(first + 3) == sign;
    int end = grouped ? text.runEnd(first + 4, CharSet.DIGIT, 5) : first;
    boolean whole = grouped ? end - to == 11 : end - to == 9;
    boolean goesOn =
        CharSet.ALNUM.has(text.at(end))
            || ((text.at(end) == '-' || text.at(end) == '.')
                && CharSet.DIGIT.has(text.at(end + 1)));
    if (whole && !goesOn && !CharSet.LETTER.has(text.at(from - 1))) {
      hits.hit(to, end);
    }
  }
}

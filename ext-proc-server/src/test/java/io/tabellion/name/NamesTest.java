package io.tabellion.name;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.name.Names.Wrong;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class NamesTest {

  /** Case 10, and names of many scripts. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "greet (structured)",
        "elicit (form)",
        "github/create_issue",
        "db:query",
        "Get Weather",
        "\u67E5\u8BE2\u5929\u6C14",
        "\u67E5\u8BE2\u3000\u5929\u6C14",
        "\u043F\u043E\u0438\u0441\u043A",
        "\u0628\u062D\u062B",
        "\u05D7\u05D9\u05E4\u05D5\u05E9",
        "\u0916\u094B\u091C",
        "\u0E04\u0E49\u0E19\u0E2B\u0E32",
        "\uAC80\uC0C9",
        "e\u0301tat",
        "[a]{b}<c>\"d'e\\f|g",
        "a&b=c?d#e%20",
        "\uD83D\uDD0D search",
        "\uD83D\uDDD1\uFE0F delete",
        "*",
        ".",
        "..",
        "x"
      })
  void namesMayBeOfAnyScript(String name) {
    assertThat(Names.check(name)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "EMPTY,''",
        "EDGE,' a'",
        "EDGE,'a '",
        "EDGE,'a\u3000'",
        "EDGE,' '",
        "CONTROL,'a\u0000'",
        "CONTROL,'a\nb'",
        "CONTROL,'a\tb'",
        "CONTROL,'a\u0085b'",
        "CONTROL,'a\u2028b'",
        "CONTROL,'a\u202Eb'",
        "CONTROL,'a\u2066b'",
        "CONTROL,'a\u200Fb'",
        "CONTROL,'a\u061Cb'",
        "INVISIBLE,'a\u200Bb'",
        "INVISIBLE,'a\u200Cb'",
        "INVISIBLE,'a\u200Db'",
        "INVISIBLE,'\uD83D\uDC68\u200D\uD83D\uDCBB'",
        "INVISIBLE,'a\u2060b'",
        "INVISIBLE,'a\uFEFFb'",
        "INVISIBLE,'a\u00ADb'",
        "INVISIBLE,'a\u034Fb'",
        "INVISIBLE,'a\u115Fb'",
        "INVISIBLE,'a\u3164b'",
        "INVISIBLE,'a\uFFA0b'",
        "INVISIBLE,'a\u2800b'",
        "INVISIBLE,'a\uFE0Fb'",
        "INVISIBLE,'1\uFE0F'",
        "INVISIBLE,'a\uDB40\uDD00b'",
        "INVISIBLE,'a\uDB40\uDC41b'",
        "INVISIBLE,'a\u180Eb'",
        "INVISIBLE,'a\u200Ab'",
        "UNASSIGNED,'a\u0378b'",
        "UNASSIGNED,'a\uE000b'",
        "UNASSIGNED,'a\uDBFF\uDFFDb'",
        "UNASSIGNED,'a\uFFFFb'",
        "UNASSIGNED,'a\uFFFDb'",
        "UNASSIGNED,'a\uD83Db'",
      })
  void whatCannotBeSeenIsNoName(Wrong wrong, String name) {
    assertThat(Names.check(name)).contains(wrong);
  }

  @Test
  void namesAreAsLongAsTheRecordHasThem() {
    assertThat(Names.check("x".repeat(Names.LONGEST))).isEmpty();
    assertThat(Names.check("x".repeat(Names.LONGEST + 1))).contains(Wrong.TOO_LONG);
    assertThat(Names.checkText("x".repeat(100_000))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "get_user,GET_USER",
    "get_user,\uFF47et_user",
    "find,\uFB01nd",
    "stra\u00DFe,STRASSE",
    "stra\u00DFe,STRA\u1E9EE",
    "\u03C3\u03BF\u03C6\u03CC\u03C2,\u03A3\u039F\u03A6\u038C\u03A3",
    "\u00E9tat,e\u0301tat",
    "a b,a\u00A0b",
    "a b,a  b",
    "\u26A1,\u26A1\uFE0F",
    "K,\u212A",
    "\u01C4,\u01C6",
    "1,\u2460",
    "\u0149x,\u02BCnx",
    "\u1FB3,\u0391\u0399"
  })
  void namesThatCannotBeToldApartAreOne(String one, String other) {
    assertThat(Names.folded(one)).isEqualTo(Names.folded(other));
  }

  @ParameterizedTest
  @CsvSource({"a,b", "get_user,getuser", "a,\u0430", "a b,ab", "\u67E5,\u5929", "a-b,a_b"})
  void othersAreNot(String one, String other) {
    assertThat(Names.folded(one)).isNotEqualTo(Names.folded(other));
  }

  /** Every character that a name may have: what its other cases and forms are, it is. */
  @Test
  void everyCaseAndFormOfACharacterIsOne() {
    List<String> wrong = new ArrayList<>();
    for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
      String text = Character.toString(point);
      if (!Character.isDefined(point) || Names.checkText(text).isPresent() || text.isBlank()) {
        continue;
      }
      String folded = Names.folded(text);
      if (!Names.folded(folded).equals(folded)) {
        wrong.add("U+%04X".formatted(point));
      }
      for (String form :
          List.of(
              text.toUpperCase(Locale.ROOT),
              text.toLowerCase(Locale.ROOT),
              Character.toString(Character.toTitleCase(point)),
              Normalizer.normalize(text, Normalizer.Form.NFKC),
              Normalizer.normalize(text, Normalizer.Form.NFD))) {
        if (!Names.folded(form).equals(folded)) {
          wrong.add("U+%04X as %s".formatted(point, form));
        }
      }
    }
    assertThat(wrong).isEmpty();
  }
}

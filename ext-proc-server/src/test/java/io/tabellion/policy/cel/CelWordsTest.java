package io.tabellion.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;

import io.tabellion.policy.cel.FlawedException.Flaw;
import io.tabellion.policy.cel.Vocabulary.Kind;
import io.tabellion.policy.cel.Vocabulary.Struct;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the compiler finds wrong is said in words that somebody who writes policies knows. */
@Tag("unit")
class CelWordsTest {
  private static final String COMPILERS_WORDS =
      "mismatched|extraneous|viable|overload|candidates|token recognition|undeclared|EOF|macro"
          + "|google|dyn|%A|input string|evaluation error";

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '~',
      value = {
        "args.x = 1 ¦ 7 ¦ =: no operator (expected: ==)",
        "args.x === 1 ¦ 9 ¦ ===: no operator (expected: ==)",
        "args.x <> 1 ¦ 8 ¦ <>: no operator (expected: !=)",
        "args.x & args.y ¦ 7 ¦ &: no operator (expected: &&)",
        "args.x == 1 AND args.y == 2 ¦ 12 ¦ AND: no operator (expected: &&)",
        "args.x == 1 or args.y == 2 ¦ 12 ¦ or: no operator (expected: ||)",
        "not args.x ¦ 4 ¦ not: no operator (expected: !)",
        "args.x like 'a%' ¦ 7 ¦ like: no operator (expected: a.matches('…'))",
        "tool.name =~ 'a' ¦ 10 ¦ =~: no operator (expected: a.matches('…'))",
        "args.x == “a” ¦ 10 ¦ “: no quote of CEL (expected: ' or \")",
        "args.x == 'abc ¦ 10 ¦ a text without its closing quote",
        "args.x == ¦ 9 ¦ ends too early (expected: a value, or a closing bracket)",
        "(args.x == 1 ¦ 12 ¦ ) is missing before the end",
        "args.in == 1 ¦ 5 ¦ in: a reserved word, so no name (expected: ['in'] in its place)",
        "args.a-b == 1 ¦ 7 ¦ b: unknown name (a name with - in it is written ['a-b'])",
        "if args.x ¦ 0 ¦ if: a reserved word (expected: CONDITION ? a : b)",
        "principal.groups == 'x' ¦ 17 ¦ ==: cannot compare a list with a text (expected: values of"
            + " one type)",
        "now > 5 ¦ 4 ¦ >: cannot compare a time with an integer (expected: values of one type)",
        "'x' in 'xyz' ¦ 4 ¦ in: looks in a list or an object (found: a text in a text)",
        "principal.groups.contains('x') ¦ 25 ¦ contains: does not take a list and a text (expected:"
            + " a.contains('…'), both texts; 'x' in a for lists)",
        "args.x.startsWith(1) ¦ 17 ¦ startsWith: does not take any value and an integer (expected:"
            + " a.startsWith('…'), both texts)",
        "principal.groups.exists(g, g) ¦ 23 ¦ the condition for each item is a text (expected: true"
            + " or false)",
        "principal.groups.exists('a') ¦ 23 ¦ exists: written in another way (expected: a.exists(x,"
            + " CONDITION))",
        "has(args['x']) ¦ 3 ¦ has: cannot be asked of that (expected: has(args.x); 'x' in args for"
            + " other names)",
        "args.x.contians('a') ¦ 15 ¦ contians: unknown function (did you mean a.contains('…'), both"
            + " texts; 'x' in a for lists?)",
        "args.x == 99999999999999999999 ¦ 10 ¦ 99999999999999999999: no number (expected: at most"
            + " 9223372036854775807)",
        "timestamp('x') < now ¦ 10 ¦ no time (expected: such as timestamp('2026-11-24T12:00:00Z'))",
        "principal.groups ¦ 0 ¦ a list (expected: true or false)",
        "(args.x ? 1 : 'a') == 1 ¦ 8 ¦ ? : has values of two types (found: an integer and a text)",
      })
  void saysWhatIsWrongAndWhatWasExpected(String expression, int offset, String text) {
    assertThat(flaws(expression)).first().isEqualTo(new Flaw(offset, text));
  }

  @Test
  void ofABlankConditionTooIsSaidWhatIsExpected() {
    assertThat(flaws("  "))
        .extracting(Flaw::text)
        .containsExactly("empty (expected: a condition, such as args.x == 1)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "args..x == 1",
        "args.x == 1)",
        "size(1) == 1",
        "1 + true == 2",
        "!'a'",
        "-'a' == 1",
        "args[1] == 1",
        "principal.groups['a'] == 'b'",
        "[1, 'a'] == []",
        "principal == 'a'",
        "principal.subject.foo",
        "foo(args.x)",
        "args.x.foo()",
        "has(args)",
        "args.x ? true",
        "0x == 1",
        "type(args.x) == 'string'",
        "duration('x') == duration('1s')",
        "$args.x == 1",
        "`args.x` == 1",
        "string(args) == 'a'",
        "cel.bind(x, 1, x == 1)",
        "args.items.map(i, i.x",
        "principal.groups.filter(g, g).size() == 1",
        "args.x == 1;",
      })
  void noWordOfTheCompilerIsLeft(String expression) {
    assertThat(flaws(expression))
        .isNotEmpty()
        .allSatisfy(flaw -> assertThat(flaw.text()).doesNotContainPattern(COMPILERS_WORDS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "duration('1h30m') < duration('2h')",
        "timestamp('2026-01-01T00:00:00Z') < now",
        "now - timestamp('2026-01-01T00:00:00Z') > duration('1h')",
      })
  void timesThatAreWrittenOutAreGood(String expression) {
    assertThat(new Conditions(vocabulary()).condition(expression).text()).isEqualTo(expression);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      value = {
        "args.x.matches(\"\\bDROP\\b\") ¦ 15 ¦ pattern: control character U+0008, which \\b was made"
            + " into (expected: none; write r'…', in which \\ stays what it is)",
        "args.x == '\u0001' ¦ 11 ¦ control character U+0001 (expected: none; write the condition in"
            + " single quotes, or behind |)",
      })
  void aControlCharacterIsNoPartOfACondition(String expression, int offset, String text) {
    assertThat(flaws(expression)).containsExactly(new Flaw(offset, text));
  }

  private static List<Flaw> flaws(String expression) {
    Conditions conditions = new Conditions(vocabulary());
    try {
      return Assertions.fail(conditions.condition(expression).text() + ": no flaw");
    } catch (FlawedException e) {
      return e.flaws();
    }
  }

  private static Vocabulary vocabulary() {
    return new Vocabulary()
        .variable(
            "principal",
            new Struct("Principal", Map.of("subject", Kind.TEXT, "groups", Kind.TEXTS)))
        .variable("tool", new Struct("Tool", Map.of("name", Kind.TEXT)))
        .variable("args", Kind.OBJECT)
        .variable("now", Kind.TIME);
  }
}

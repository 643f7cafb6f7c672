package io.tabellion.policy.cel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.policy.cel.FlawedException.Flaw;
import io.tabellion.policy.cel.Vocabulary.Kind;
import io.tabellion.policy.cel.Vocabulary.Struct;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class ConditionsTest {
  private static final Vocabulary WORDS =
      new Vocabulary()
          .variable(
              "principal",
              new Struct(
                  "Principal",
                  Map.of("subject", Kind.TEXT, "groups", Kind.TEXTS),
                  Map.of("home", new Struct("Home", Map.of("town", Kind.TEXT)))))
          .variable("args", Kind.OBJECT);

  private final Conditions conditions = new Conditions(WORDS);

  // What is written wrong.

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      quoteCharacter = '~',
      value = {
        "principal.grups == []         | 9  | grups: unknown field (did you mean groups?)",
        "true && principal.home.twon == '' | 22 | twon: unknown field (did you mean town?)",
        "principl.groups == []         | 0  | principl: unknown name (did you mean principal?)",
        "arg.x == 1                    | 0  | arg: unknown name (did you mean args?)",
        "vars.isDbaa                   | 0  | vars.isDbaa: not defined above (did you mean isDba?)",
        "args.sql.matches('[')         | 17 | pattern: missing closing ] (expected: RE2 syntax)",
        "args.sql.matches(args.re)     | 21 | a pattern that is computed (expected: one that is written out)",
        "args.s.matches('a{900}b{900}') | 15 | pattern: too large (expected: fewer repetitions)",
        "args.s.matches('(a|b){700}')  | 15 | pattern: 2102 instructions (expected: at most 1000)",
        "size(args)                    | 0  | an integer (expected: true or false)",
        "args.x ==                     | 9  | ends too early (expected: a value, or a closing bracket)",
        "'é😀' == principal.grups     | 18 | grups: unknown field (did you mean groups?)",
      })
  void saysWhatIsWrongAndWhere(String text, int offset, String problem) {
    conditions.define("isDba", "'dba' in principal.groups");

    assertThatThrownBy(() -> conditions.condition(text))
        .isInstanceOfSatisfying(
            FlawedException.class,
            e -> assertThat(e.flaws()).containsExactly(new Flaw(offset, problem)));
  }

  @Test
  void saysTheLineOfAnExpressionOfSeveral() {
    String text = "principal.subject == 'x'\n  && principal.grups == []";

    assertThatThrownBy(() -> conditions.condition(text))
        .isInstanceOfSatisfying(
            FlawedException.class,
            e -> assertThat(e.flaws().getFirst().offset()).isEqualTo(text.indexOf(".grups")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1 == 'a'",
        "principal.groups == 'a'",
        "principal.subject == 1",
        "timestamp('yesterday') == timestamp('2026-01-01T00:00:00Z')",
        "[1, 'a'] == []",
        "unknown(1)",
        "",
        "Principal{subject: 'x'}.subject == 'x'",
        "args.a.all(a, args.a.all(b, args.a.all(c, args.a.all(d, a == d))))",
      })
  void refusesWhatCannotBeMeant(String text) {
    assertThatThrownBy(() -> conditions.condition(text)).isInstanceOf(FlawedException.class);
  }

  @Test
  void refusesWhatIsTooLongOrTooDeep() {
    String longest = "true || ".repeat(1000) + "true";
    String deep = "(".repeat(100) + "true" + ")".repeat(100);

    assertThatThrownBy(() -> conditions.condition(longest)).isInstanceOf(FlawedException.class);
    assertThatThrownBy(() -> conditions.condition(deep)).isInstanceOf(FlawedException.class);
  }

  // What is read.

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      value = {
        "args.n == 1                     | {\"n\": 1}",
        "args.n == 1                     | {\"n\": 1.0}",
        "args.n > 0.5                    | {\"n\": 1}",
        "args.n == 9223372036854775807   | {\"n\": 9223372036854775807}",
        "args.n < 0.2                    | {\"n\": 0.1}",
        "args.n == 100                   | {\"n\": 1e2}",
        "type(args.n) == int             | {\"n\": 12}",
        "type(args.n) == double          | {\"n\": 12.0}",
        "args.n == null                  | {\"n\": null}",
        "has(args.n) && !has(args.m)     | {\"n\": null}",
        "args['a b'] == 'c'              | {\"a b\": \"c\"}",
        "args.o.l[1].x == true           | {\"o\": {\"l\": [0, {\"x\": true}]}}",
        "args.l.exists(i, i == 2)        | {\"l\": [1, 2]}",
        "args.l.map(i, i * 2) == [2, 4]  | {\"l\": [1, 2]}",
        "args.l + [3] == [1, 2, 3]       | {\"l\": [1, 2]}",
        "args.o == {'a': [1], 'b': [2]}  | {\"o\": {\"b\": [2], \"a\": [1]}}",
        "args.exists(k, k == 'x')        | {\"x\": 1}",
        "args.size() == 2 && 'x' in args | {\"x\": 1, \"y\": 2}",
        "2 in args.l                     | {\"l\": [1, 2]}",
        "args.s.matches('^a.c$')         | {\"s\": \"abc\"}",
        "args.s + 'd' == 'abcd'          | {\"s\": \"abc\"}",
        "args.s.contains('b')            | {\"s\": \"abc\"}",
        "string(args.n) == '5'           | {\"n\": 5}",
        "args.missing == 1 || true       | {}",
        "args.n == 1                     | {\"n\": 1, \"unread\": 0.10000000000000000001}",
      })
  void readsJson(String text, String args) {
    assertThat(test(text, args)).isEqualTo(Result.Plain.YES);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      value = {
        "args.x == 1               | {}                                  | ABSENT",
        "args.x.y == 1             | {\"x\": {}}                         | ABSENT",
        "args.l[7] == 1            | {\"l\": []}                         | ABSENT",
        "principal.subject == 'x'  | {}                                  | ABSENT",
        "args.x > 1                | {\"x\": \"a\"}                      | TYPE",
        "args.x                    | {\"x\": 1}                          | TYPE",
        "args.x && true            | {\"x\": 1}                          | TYPE",
        "args.x.startsWith('a')    | {\"x\": [1]}                        | TYPE",
        "args.x > 1                | {\"x\": 9223372036854775808}        | NUMBER",
        "args.x > 1                | {\"x\": 0.10000000000000000001}     | NUMBER",
        "args.x > 1                | {\"x\": 1e999}                      | NUMBER",
        "args.x > 1                | {\"x\": 1e-999}                     | NUMBER",
        "args.x > 1.0              | {\"x\": 12345678901234567890.5}     | NUMBER",
        "args.x / 0 == 1           | {\"x\": 1}                          | NUMBER",
        "args.x + 9223372036854775807 > 0 | {\"x\": 1}                   | NUMBER",
        "args == {'x': 1}          | {\"x\": 1e999}                      | NUMBER",
      })
  void failsForAReason(String text, String args, Why why) {
    assertThat(test(text, args)).isEqualTo(new Result.Failed(why, ""));
  }

  @Test
  void aNamedExpressionIsWorkedOutOnce() {
    conditions.define("big", "args.n > 10");
    conditions.define("huge", "vars.big && args.n > 100");
    Expression expression = conditions.condition("vars.huge || vars.big");

    assertThat(expression.test(scope("{\"n\": 50}", Set.of()))).isEqualTo(Result.Plain.YES);
    assertThat(expression.reads("args", "n")).isTrue();
    assertThat(expression.reads("principal")).isFalse();
    assertThat(expression.test(scope("{}", Set.of()))).isEqualTo(new Result.Failed(Why.ABSENT, ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      value = {
        "args.secret == 'x'                       | UNKNOWN",
        "args.secret == 'x' || true               | YES",
        "args.secret == 'x' && false              | NO",
        "args.open == 'y'                         | YES",
        "vars.secretive                           | UNKNOWN",
        "vars.secretive || args.open == 'y'       | YES",
        "size(args) > 0                           | UNKNOWN",
        "args.exists(k, k == 'open')              | UNKNOWN",
      })
  void aPlaceThatNobodyKnowsLeavesItOpenOnlyWhereItMatters(String text, Result.Plain result) {
    conditions.define("secretive", "args.secret.startsWith('s')");

    assertThat(
            conditions
                .condition(text)
                .test(scope("{\"secret\": \"s\", \"open\": \"y\"}", Set.of("args.secret"))))
        .isEqualTo(result);
  }

  // What costs too much.

  @Test
  void loopsAreBounded() {
    String list = "{\"l\": " + numbers(101) + "}";

    assertThat(test("args.l.all(a, args.l.all(b, a + b >= 0))", list))
        .extracting(ConditionsTest::why)
        .isEqualTo(Why.WORK);
  }

  @Test
  void textsThatDoubleAreStopped() {
    String doubling = "['" + "x".repeat(100) + "']" + ".map(x, x + x)".repeat(26);

    assertThat(tested(doubling + " == ['']")).extracting(ConditionsTest::why).isEqualTo(Why.WORK);
  }

  /** Each variable is twice the one before: without a bound, 2 to the 60th characters. */
  private String doublingVariables() {
    conditions.define("d0", "'0123456789'");
    for (int i = 1; i < 60; i++) {
      conditions.define("d" + i, "vars.d%d + vars.d%d".formatted(i - 1, i - 1));
    }
    return "vars.d59 == ''";
  }

  @Test
  void variablesThatDoubleAreStopped() {
    assertThat(tested(doublingVariables())).extracting(ConditionsTest::why).isEqualTo(Why.WORK);
  }

  @Test
  void listsThatDoubleAreStopped() {
    conditions.define("l0", "[1, 2, 3, 4]");
    for (int i = 1; i < 40; i++) {
      conditions.define("l" + i, "vars.l%d + vars.l%d".formatted(i - 1, i - 1));
    }

    assertThat(tested("vars.l39 == []")).extracting(ConditionsTest::why).isEqualTo(Why.WORK);
  }

  @Test
  void manyLargeTextsAreStopped() {
    String args = "{\"s\": \"%s\", \"l\": %s}".formatted("y".repeat(1 << 20), numbers(1000));

    assertThat(test("args.l.map(i, args.s + 'x').size() == 1", args))
        .extracting(ConditionsTest::why)
        .isEqualTo(Why.WORK);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // The worst patterns for RE2, over a megabyte, again and again.
        "args.l.all(i, !args.s.matches('(y|yy|yyy|yyyy|yyyyy)*(y|yy|yyy)*(yyy|yyyy)*x$'))",
        "args.s.matches('(y?){200}x$') && true",
        "args.l.all(i, !args.s.contains('yyyyyyyyyyyyyyyyyyyyyyyyyyyyyx'))",
        "args.l.all(i, args.t.all(s, !s.contains('yyyyyyyyyyyyyyyyyyyyyx')))",
        "args.l.all(i, bytes(args.s).size() > 0)",
      })
  void whatIsTooMuchIsStopped(String text) {
    String args =
        "{\"s\": \"%s\", \"l\": %s, \"t\": [%s]}"
            .formatted("y".repeat(1 << 20), numbers(5000), "\"" + "y".repeat(1 << 20) + "\"");
    Expression expression = conditions.condition(text);
    Scope scope = scope(args, Set.of());

    assertThat(why(expression.test(scope))).isEqualTo(Why.WORK);
  }

  /** The clock may say what it likes: only what is gone through counts. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "args.l.all(i, args.l.exists(j, i == j))",
        "args.s.matches('(y?){200}x$')",
        "args.s.contains('yyyx') || args.s.matches('(a|y)*z')",
        "args.l.all(i, args.s.startsWith(args.s))",
        "args.l.all(i, args.l != [i])",
        "args.l.map(i, args.s).size() == 5",
        "args.l.all(i, args in [args])",
      })
  void theSameIsSaidHoweverFastTheMachineIs(String text) {
    String args = "{\"s\": \"%s\", \"l\": %s}".formatted("y".repeat(200_000), numbers(60));
    Expression expression = conditions.condition(text);

    Result quick = expression.test(scope(args, Set.of(), new Budget(() -> 0)));
    Random random = new Random(7);
    for (int i = 0; i < 3; i++) {
      AtomicLong now = new AtomicLong(random.nextLong());
      Budget slow = new Budget(() -> now.addAndGet(random.nextLong(100_000)));
      assertThat(expression.test(scope(args, Set.of(), slow))).isEqualTo(quick);
    }
    assertThat(quick).isNotEqualTo(Result.Plain.UNKNOWN);
  }

  @Test
  void theClockIsALastDefenceThatNamesItself() {
    AtomicLong now = new AtomicLong();
    Budget budget = new Budget(now::get);
    Scope scope = new Scope(name -> null, Map.of(), Set.of(), budget);
    Expression expression = conditions.condition("1 == 1");

    now.set(Duration.ofSeconds(Budget.WALL_CLOCK_SECONDS).toNanos());
    assertThat(expression.test(scope)).isEqualTo(Result.Plain.YES);
    now.addAndGet(1);
    assertThat(expression.test(scope))
        .isEqualTo(new Result.Failed(Why.WALL_CLOCK, "more than 30 s, whatever the work"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " | ",
      value = {
        "args.s.matches('(y?){200}x$') | 843,055,908 pattern instructions times characters, limit 67,108,864",
        "args.l.all(i, args.s.startsWith(args.s)) | 68,157,440 characters looked at, limit 67,108,864",
        "args.l.all(i, args.s == args.s) | 68,157,440 characters looked at, limit 67,108,864",
        "args.l.all(i, !(args.s < args.s)) | 68,157,440 characters looked at, limit 67,108,864",
        "args.l.all(i, args.s in [args.s]) | characters looked at, limit 67,108,864",
        "args.l.all(i, {'a': args} == {'a': args}) | characters looked at, limit 67,108,864",
        "args.l.all(i, args.s.size() > 0) | 68,157,440 characters looked at, limit 67,108,864",
        "args.l.all(i, !args.s.contains(args.s + 'x')) | characters looked at, limit 67,108,864",
        "args.l.all(i, args.l.all(j, args.l.all(k, k >= 0))) | more rounds of loops than 10,000",
        "args.l.map(i, args.s + 'x').size() == 1 | characters made, limit 16,777,216",
      })
  void whatIsTooMuchWorkSaysHowMuchAndOfWhich(String text, String detail) {
    String args = "{\"s\": \"%s\", \"l\": %s}".formatted("y".repeat(1 << 20), numbers(100));
    Result result = test(text, args);

    assertThat(result).isInstanceOf(Result.Failed.class);
    Result.Failed failed = (Result.Failed) result;
    assertThat(failed.why()).isEqualTo(Why.WORK);
    assertThat(failed.detail()).contains(detail);
    assertThat(failed.words()).startsWith("work (").doesNotContain("yy");
  }

  /**
   * Each pattern is within the limit of a condition; together they are not within the message's.
   */
  @Test
  void allConditionsOfAMessageShareALimit() {
    Budget budget = new Budget(() -> 0);
    String args = "{\"s\": \"%s\"}".formatted("y".repeat(80_000));
    Scope scope = scope(args, Set.of(), budget);
    Expression expression = conditions.condition("args.s.matches('(y?){200}x$')");

    List<Result> results = IntStream.range(0, 6).mapToObj(i -> expression.test(scope)).toList();
    assertThat(results.subList(0, 4)).containsOnly(Result.Plain.NO);
    assertThat(results.subList(4, 6))
        .allSatisfy(result ->
            assertThat(((Result.Failed) result).detail())
                .contains("limit 268,435,456 for all conditions of a message"));
  }

  @Test
  void variablesStandInEachOtherToADepth() {
    conditions.define("v0", "args.n");
    for (int i = 1; i < 64; i++) {
      conditions.define("v" + i, "vars.v%d".formatted(i - 1));
    }
    assertThat(test("vars.v63 == 1", "{\"n\": 1}")).isEqualTo(Result.Plain.YES);
    conditions.define("v64", "vars.v63 || vars.v62");
    assertThatThrownBy(() -> conditions.condition("vars.v64"))
        .hasMessageContaining("65 vars in each other (expected: at most 64)");
  }

  @Test
  void aLargeMessageIsNotGoneThroughForOneMember() {
    String many =
        IntStream.range(0, 100_000)
            .mapToObj(i -> "\"m%d\": {\"x\": [%d]}".formatted(i, i))
            .collect(Collectors.joining(", ", "{\"n\": 1, ", "}"));
    Expression expression = conditions.condition("args.n == 1 && args.m7.x[0] == 7");
    Scope scope = scope(many, Set.of());

    long before = System.nanoTime();
    for (int i = 0; i < 1000; i++) {
      assertThat(expression.test(scope(scope))).isEqualTo(Result.Plain.YES);
    }
    assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(2));
  }

  /** The same values, without the time that the first has left. */
  private static Scope scope(Scope values) {
    return new Scope(name -> values.find(name).orElse(null), Map.of(), Set.of(), new Budget());
  }

  private static @Nullable Why why(Result result) {
    return result instanceof Result.Failed failed ? failed.why() : null;
  }

  private Result test(String text, String args) {
    return conditions.condition(text).test(scope(args, Set.of(), new Budget(() -> 0)));
  }

  private Result tested(String text) {
    return test(text, "{}");
  }

  private Scope scope(String args, Set<String> unknown) {
    return scope(args, unknown, new Budget());
  }

  private Scope scope(String args, Set<String> unknown, Budget budget) {
    Json json = json(args);
    Scope[] self = new Scope[1];
    self[0] =
        new Scope(
            name ->
                switch (name) {
                  case "args" -> self[0].json(json);
                  case "principal" ->
                      new Fields().put("subject", null).put("groups", List.of("dba", "staff"));
                  default -> null;
                },
            conditions.named(),
            unknown,
            budget);
    return self[0];
  }

  private static String numbers(int many) {
    return IntStream.range(0, many)
        .mapToObj(Integer::toString)
        .collect(Collectors.joining(",", "[", "]"));
  }

  private static Json json(String text) {
    return switch (new JsonReader(Limits.DEFAULT).read(ByteString.copyFromUtf8(text))) {
      case Reading.Document(Json value) -> value;
      case io.tabellion.jsonrpc.Parsed.Malformed malformed -> throw new AssertionError(malformed);
    };
  }
}

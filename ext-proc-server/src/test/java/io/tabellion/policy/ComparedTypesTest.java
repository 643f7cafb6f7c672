package io.tabellion.policy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.tabellion.identity.Caller;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.policy.Decision.Action;
import io.tabellion.policy.Question.Direction;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Arguments of another type than a rule compares them with, where no schema is known: a server may
 * take them for what the rule is about, so that no rule that refuses is passed by them.
 */
@Tag("unit")
final class ComparedTypesTest {
  @SuppressWarnings("InlineFormatString") // the policy of all tests
  private static final String POLICY =
      """
      apiVersion: tabellion.io/v1
      kind: Policy
      metadata: {name: test}
      vars:
        bad: >-
          %s
      rules:
        - {id: all, match: {tools: [%s]}, then: allow}
        - {id: it, match: {tools: [t]}, when: vars.bad, then: %s}
      """;

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '~',
      textBlock =
          """
          args.force == true ¦ {"force":"yes"}
          args.force == true ¦ {"force":1}
          args.force == true ¦ {"force":"true"}
          args.force == true ¦ {"force":[true]}
          args.force == true ¦ {"force":null}
          args.force == true ¦ {"force":{"value":true}}
          args.force ¦ {"force":"yes"}
          args.force ¦ {"force":1}
          args.force && true ¦ {"force":"true"}
          args.force || false ¦ {"force":"true"}
          !(args.force == false) ¦ {"force":"false"}
          args.force ? true : false ¦ {"force":"yes"}
          args.amount == 777 ¦ {"amount":"777"}
          args.amount == 777 ¦ {"amount":" 777 "}
          args.amount == 777 ¦ {"amount":[777]}
          args.amount == 777 ¦ {"amount":null}
          args.amount == 777 ¦ {"amount":true}
          args.amount != 5 && true ¦ {"amount":"777"}
          args.amount in [888, 999] ¦ {"amount":[888]}
          args.amount in [888, 999] ¦ {"amount":"888"}
          args.amount in [888, 999] ¦ {"amount":null}
          888 in args.amounts ¦ {"amounts":["888"]}
          888 in args.amounts ¦ {"amounts":[[888]]}
          888 in args.amounts ¦ {"amounts":"888"}
          888 in args.amounts ¦ {"amounts":888}
          'x' in args.object ¦ {"object":"x"}
          'x' in args.object ¦ {"object":["y",1]}
          1 in args.object ¦ {"object":{"1":true}}
          args.amount > 500 ¦ {"amount":"600"}
          args.amount >= 500 ¦ {"amount":[600]}
          args.amount < 500 ¦ {"amount":null}
          500 < args.amount ¦ {"amount":"600"}
          args.amount <= args.most ¦ {"amount":"1", "most":2}
          args.name.startsWith('a') ¦ {"name":["abc"]}
          args.name.endsWith('c') ¦ {"name":{"a":"abc"}}
          args.name.contains('b') ¦ {"name":["abc"]}
          args.name.contains('b') ¦ {"name":null}
          args.name.matches('b') ¦ {"name":["abc"]}
          args.name.matches('7') ¦ {"name":777}
          size(args.name) > 2 ¦ {"name":777}
          args.a.b == 1 ¦ {"a":{"b":"1"}}
          args.a.b == 1 ¦ {"a":[{"b":1}]}
          args.a.b == 1 ¦ {"a":"{\\"b\\":1}"}
          has(args.a.b) ¦ {"a":"{\\"b\\":1}"}
          has(args.a.b) ¦ {"a":[{"b":1}]}
          has(args.a.b) ¦ {"a":null}
          args.a[0] == 1 ¦ {"a":["1"]}
          args.a[0] == 1 ¦ {"a":{"0":1}}
          args.a['b'] == 1 ¦ {"a":{"b":[1]}}
          args.a.exists(x, x == 777) ¦ {"a":["777"]}
          args.a.exists(x, x == 777) ¦ {"a":777}
          args.a.exists(x, x.b == 777) ¦ {"a":[{"b":"777"}]}
          !args.a.all(x, x != 777) ¦ {"a":[1,"777"]}
          args.a.filter(x, x == 1) != [] ¦ {"a":["1"]}
          args.a.exists_one(x, x == 'b') ¦ {"a":["a",["b"]]}
          args.a == [1, 2] ¦ {"a":["1",2]}
          args.a == [1, 2] ¦ {"a":"1,2"}
          args.a == {'x': 1} ¦ {"a":{"x":"1"}}
          args.a == {'x': 1} ¦ {"a":"{}"}
          args.a == {'x': {'y': [1]}} ¦ {"a":{"x":{"y":["1"]}}}
          args.a == args.b ¦ {"a":1,"b":"1"}
          dyn(args.a) == dyn(1) ¦ {"a":"1"}
          int(args.a) == 777 ¦ {"a":" 777 "}
          args.a + 1 == 778 ¦ {"a":"777"}
          args.amount == 777 ¦ {"Amount":777}
          args.amount == 777 ¦ {"amount":1,"Amount":777}
          args.amount == 777 ¦ {"amount":1,"AMOUNT":777}
          has(args.amount) ¦ {"Amount":777}
          'amount' in args ¦ {"aMount":777}
          args['amount'] == 777 ¦ {"amount":1,"amounT":777}
          args.kind == 'x' ¦ {"kind":"y","ſize":1,"Kind":"x"}
          has(args.size) ¦ {"ſize":1}
          args.a == {'b': 777} ¦ {"a":{"B":777}}
          {'b': 777} == args.a ¦ {"a":{"B":777}}
          args.a in [{'b': 777}] ¦ {"a":{"B":777}}
          args == {'a': {'b': 777}} ¦ {"a":{"B":777}}
          args.a.b == 777 ¦ {"a":{"b":1,"B":777}}
          args.a.b == 777 ¦ {"a":{"b":1},"A":{"b":777}}
          args.a[0].b == 777 ¦ {"a":[{"b":1,"B":777}]}
          args.a.exists(x, x.b == 777) ¦ {"a":[{"b":1,"B":777}]}
          """)
  void noRuleThatRefusesIsPassedByAnotherType(String when, String args) {
    assertThat(decide(when, "deny", args).action()).isEqualTo(Action.DENY);
    assertThat(decide(when, "allow", args).action()).isEqualTo(Action.DENY);
    assertThat(decide(when, "deny", args).errors()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '~',
      textBlock =
          """
          args.force == true ¦ {"force":false}
          args.amount == 777 ¦ {"amount":778}
          args.amount == 777.0 ¦ {"amount":778}
          args.amount == 777 ¦ {"amount":777.5}
          args.amount in [888, 999] ¦ {"amount":777}
          args.amount in [] ¦ {"amount":"x"}
          'x' in args.list ¦ {"list":[]}
          'x' in args.object ¦ {"object":{}}
          args.a == null ¦ {"a":1}
          args.a == null ¦ {"a":"null"}
          args.a != null ¦ {"a":null}
          args.a in [null] ¦ {"a":"x"}
          type(args.a) == string ¦ {"a":1}
          type(args.a) == null_type ¦ {"a":1}
          type(args.a) != null_type ¦ {"a":null}
          type(args.a) == string && args.a == 'x' ¦ {"a":1}
          type(args.a) != int || args.a == 1 ¦ {"a":2}
          args.a == [1, 2] ¦ {"a":["1"]}
          args.a == [1, 2] ¦ {"a":["1",3]}
          args.a == {'x': 1} ¦ {"a":{"y":1}}
          args.a.b == 1 ¦ {"a":{"b":2,"c":1}}
          args.a.exists(x, x == 1) ¦ {"a":[2,3.0]}
          has(args.amount) ¦ {"other":1,"more":2}
          """)
  void whatIsSurelyDifferentIsNoError(String when, String args) {
    Decision decision = decide(when, "deny", args);
    assertThat(decision.errors()).isEmpty();
    assertThat(decision.action()).isEqualTo(Action.ALLOW);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '¦',
      quoteCharacter = '~',
      textBlock =
          """
          args.force == true ¦ {"force":true}
          args.amount == 777 ¦ {"amount":777.0}
          args.amount == 777 ¦ {"amount":7.77e2}
          args.amount in [dyn('x'), 888] ¦ {"amount":888}
          args.amount == 0 ¦ {"amount":-0.0}
          args.amount == 0 ¦ {"amount":-0}
          args.amount == 0.0 ¦ {"amount":-0e5}
          args.amount == -0.0 ¦ {"amount":0}
          args.amount in [0] ¦ {"amount":-0.0}
          args.amount >= 0 ¦ {"amount":-0.0}
          args.amount >= 0.0 ¦ {"amount":-0.0}
          args.a == [0] ¦ {"a":[-0.0]}
          'x' in args.list ¦ {"list":[1,"x"]}
          args.a == null ¦ {"a":null}
          args.a in [null] ¦ {"a":null}
          args.a == args.b ¦ {"a":null,"b":null}
          args.a == [dyn(1), [2], {'x': null}] ¦ {"a":[1,[2.0],{"x":null}]}
          args.a == 1 || type(args.a) == string ¦ {"a":"y"}
          args.a != [1, 2] ¦ {"a":["1",3]}
          args.b == 1 ¦ {"b":1,"c":2}
          """)
  void whatIsTheSameIsTheSame(String when, String args) {
    Decision decision = decide(when, "deny", args);
    assertThat(decision.errors()).isEmpty();
    assertThat(decision.action()).isEqualTo(Action.DENY);
  }

  /** A rule that denies beside one that always allows, or a rule that allows alone. */
  private static Decision decide(String when, String then, String args) {
    String text = POLICY.formatted(when, then.equals("deny") ? "t" : "other", then);
    Policy policy =
        PolicyFile.read(Path.of("p.yaml"), ByteString.copyFromUtf8(text), CallCounts.IN_FORCE)
            .policy();
    return policy.decide(question(args));
  }

  private static Question question(String args) {
    Caller caller =
        new Caller(Caller.Source.JWT, "u", null, List.of(), null, List.of(), List.of(), null, null);
    return new Question(
        Direction.REQUEST,
        new Question.Setting(caller, "s", "session", "2025-11-25", "c", Instant.EPOCH),
        new Question.Target("tools/call", "t", null, null),
        ToolFacts.UNKNOWN,
        json(args),
        null,
        100,
        Set.of());
  }

  private static Json.Obj json(String text) {
    Limits limits = new Limits(64, 10_000, 1 << 20, 1 << 10, 1);
    if (new JsonReader(limits).read(ByteString.copyFromUtf8(text))
        instanceof Reading.Document(Json.Obj object)) {
      return object;
    }
    throw new IllegalArgumentException(text);
  }
}

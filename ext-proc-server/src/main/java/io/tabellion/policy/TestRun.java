package io.tabellion.policy;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonPointer;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.mask.Masker;
import io.tabellion.mask.made.MaskKeys;
import io.tabellion.mask.rule.Masking;
import io.tabellion.policy.PolicyTest.Expect;
import io.tabellion.policy.PolicyTest.Given;
import io.tabellion.policy.PolicyTest.Tree;
import io.tabellion.secret.HmacKeyedHash;
import io.tabellion.secret.SecretBytes;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Runs the tests of a policy file against the policy.
 *
 * <p>Not thread-safe.
 */
final class TestRun {
  private final Policy policy;

  /** With keys that no log has: what it masks is written in the policy file in clear. */
  private final Masker masker =
      new Masker(
          new MaskKeys(new HmacKeyedHash(SecretBytes.copyOf(new byte[32])), "policy-test", 1),
          null);

  private final JsonReader reader = new JsonReader(Limits.DEFAULT);

  TestRun(Policy policy) {
    this.policy = policy;
  }

  /**
   * What came of a test.
   *
   * @param failures in what it does not hold; empty if it does
   * @param fired ids of the rules and limits that had a part in it, those in shadow too
   */
  record Ran(List<String> failures, Set<String> fired) {}

  /** Runs a test. */
  Ran run(PolicyTest test) {
    Decision decision = test.given().decide(policy);
    Set<String> fired = new TreeSet<>(decision.rules());
    fired.addAll(decision.shadow().rules());
    return new Ran(failures(test, decision), fired);
  }

  private List<String> failures(PolicyTest test, Decision decision) {
    Given given = test.given();
    Expect expect = test.expect();
    List<String> failures = new ArrayList<>();
    same(failures, "decision", expect.decision(), decision.action(), Decision.Action::text);
    if (expect.rule() != null && !decision.rules().contains(expect.rule().text())) {
      failures.add(
          "rule: %s (expected: %s)".formatted(names(decision.rules()), expect.rule().text()));
    }
    same(failures, "rules", ids(expect.rules()), new TreeSet<>(decision.rules()), TestRun::names);
    same(failures, "message", expect.message(), decision.message(), text -> text);
    same(
        failures,
        "shadow",
        ids(expect.shadow()),
        new TreeSet<>(decision.shadow().rules()),
        TestRun::names);
    same(failures, "errors", ids(expect.errors()), errors(decision), TestRun::names);
    masks(failures, given, expect, decision.masking());
    if (!failures.isEmpty()) {
      decision.errors().forEach(error -> failures.add("not evaluated: " + error.words()));
    }
    return failures;
  }

  private void masks(List<String> failures, Given given, Expect expect, Masking masking) {
    if (expect.masked() == null
        && expect.response() == null
        && expect.params() == null
        && expect.args() == null) {
      return;
    }
    Json before = given.message();
    Json after = masked(before, masking);
    Set<String> changed = new TreeSet<>();
    changes("", before, after, changed);
    Set<String> masked = expect.masked() == null ? null : new TreeSet<>(expect.masked());
    same(failures, "masked", masked, changed, TestRun::names);
    same(failures, "response", json(expect.response()), after, JsonWriter::toText);
    same(failures, "params", json(expect.params()), params(after), TestRun::text);
    same(failures, "args", json(expect.args()), arguments(after), TestRun::text);
  }

  /** Returns the message as it goes on. */
  Json masked(Json message, Masking masking) {
    ByteString bytes = masker.mask(message, null, masking).forwarded();
    return bytes != null && reader.read(bytes) instanceof Reading.Document(Json value)
        ? value
        : Json.Literal.NULL;
  }

  private static Json.@Nullable Obj params(Json message) {
    return message instanceof Json.Obj object ? object.object("params") : null;
  }

  private static @Nullable Json arguments(Json message) {
    Json.Obj params = params(message);
    return params == null ? null : params.get("arguments");
  }

  /** Adds the places of values that are not the same any more. */
  private static void changes(
      String place, Json before, @Nullable Json after, Set<String> changed) {
    if (before instanceof Json.Obj from && after instanceof Json.Obj to) {
      from.members()
          .forEach((name, value) ->
              changes(place + "/" + JsonPointer.escaped(name), value, to.get(name), changed));
    } else if (before instanceof Json.Array from
        && after instanceof Json.Array to
        && from.items().size() == to.items().size()) {
      for (int i = 0; i < from.items().size(); i++) {
        changes(place + "/" + i, from.items().get(i), to.items().get(i), changed);
      }
    } else if (!before.equals(after)) {
      changed.add(place);
    }
  }

  private static Set<String> errors(Decision decision) {
    return decision.errors().stream()
        .map(Decision.RuleError::rule)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static @Nullable Set<String> ids(@Nullable List<PolicyTest.RuleName> ids) {
    return ids == null
        ? null
        : ids.stream()
            .map(PolicyTest.RuleName::text)
            .collect(Collectors.toCollection(TreeSet::new));
  }

  private static @Nullable Json json(@Nullable Tree tree) {
    return tree == null ? null : tree.json();
  }

  private static String text(@Nullable Json json) {
    return json == null ? "nothing" : JsonWriter.toText(json);
  }

  private static String names(Collection<String> names) {
    return names.isEmpty() ? "none" : String.join(", ", names);
  }

  private static <T> void same(
      List<String> failures, String what, @Nullable T expected, @Nullable T actual, Text<T> text) {
    if (expected != null && !expected.equals(actual)) {
      String found = actual == null ? "none" : text.of(actual);
      failures.add("%s: %s (expected: %s)".formatted(what, found, text.of(expected)));
    }
  }

  /** Says a value in words. */
  private interface Text<T> {
    String of(T value);
  }
}

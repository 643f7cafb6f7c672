package io.tabellion.policy;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.policy.Explanation.Considered;
import io.tabellion.policy.PolicyTest.Given;
import io.tabellion.policy.PolicyTest.Tree;
import io.tabellion.yaml.YamlException;
import io.tabellion.yaml.YamlReader;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One question to a policy file that is not in force: what would become of this message?
 *
 * @param decision what the policy says
 * @param considered the rules that match, in file order, and what came of their conditions
 * @param before the message as it came
 * @param after the message as it goes on; the same where nothing is masked
 */
public record PolicyTrial(Decision decision, List<Considered> considered, Json before, Json after) {

  public PolicyTrial {
    considered = List.copyOf(considered);
  }

  /**
   * A message, as tests of a policy file have it ({@code given}). One of method, tool, resource and
   * prompt is there.
   *
   * @param server the MCP server by our name for it
   * @param args of the call
   * @param response an object with {@code result} or {@code error}, where the answer is meant; null
   *     for the request
   * @param annotations what the server says of the tool
   * @param pinned whether the definition of the tool was accepted
   * @param fromServer whether the server asks it of the client
   */
  public record Asked(
      @Nullable String method,
      String server,
      @Nullable String tool,
      @Nullable String resource,
      @Nullable String prompt,
      Json.Obj args,
      Person person,
      Json.@Nullable Obj response,
      Json.Obj annotations,
      boolean pinned,
      boolean fromServer) {}

  /** Who calls, as it is verified; anonymous without subject and workload. */
  public record Person(
      @Nullable String subject,
      List<String> groups,
      List<String> scopes,
      @Nullable String client,
      @Nullable String workload) {
    public Person {
      groups = List.copyOf(groups);
      scopes = List.copyOf(scopes);
    }
  }

  /**
   * Asks a file; its tests are not run, and no call was counted before.
   *
   * @throws YamlException if it cannot be used
   * @throws IllegalArgumentException if the message is about nothing
   */
  public static PolicyTrial of(Path file, Asked asked) {
    ByteString bytes = YamlReader.bytes(file);
    NamedFiles files = new NamedFiles(file);
    PolicyDocument document = PolicyFile.document(file, bytes, files);
    RulePolicy policy = new RulePolicy(document, files.digest(bytes), CallCounts.IN_FORCE);
    Given given = given(asked);
    Decision decision = given.decide(policy);
    Json before = given.message();
    return new PolicyTrial(
        decision,
        new Explanation(policy).explain(given.question()),
        before,
        new TestRun(policy).masked(before, decision.masking()));
  }

  private static PolicyTest.Annotations annotations(Json.Obj written) {
    var read = ToolFacts.Annotations.of(Json.Obj.EMPTY.with("annotations", written));
    return new PolicyTest.Annotations(
        read.readOnlyHint(), read.destructiveHint(), read.idempotentHint(), read.openWorldHint());
  }

  private static Given given(Asked asked) {
    Person person = asked.person();
    return new Given(
        asked.fromServer() ? Question.Direction.SERVER_REQUEST : null,
        asked.method(),
        asked.server(),
        asked.tool(),
        asked.resource(),
        asked.prompt(),
        new Tree(asked.args()),
        new PolicyTest.Principal(
            person.subject(),
            null,
            person.groups(),
            person.scopes(),
            person.client(),
            List.of(),
            person.workload(),
            null),
        new PolicyTest.Mcp("session", "2025-11-25", null),
        annotations(asked.annotations()),
        asked.pinned(),
        null,
        List.of(),
        0,
        null,
        asked.response() == null ? null : new Tree(asked.response()),
        null,
        false);
  }
}

package io.tabellion.inspect;

import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mcp.CarriedResources;
import io.tabellion.mcp.Operation;
import io.tabellion.policy.Decision;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A message of a server, judged by the rules for the resources that it carries or links to.
 *
 * @param left the message without those that a rule denies
 * @param hidden their URIs
 * @param masking what rules about any of the resources mask
 */
record Carried(Json.Obj left, List<String> hidden, Masking masking) {
  /** Judges a message; the resource that the operation itself names is judged with it. */
  static Carried of(Judge judge, Operation operation, Json.Obj message) {
    if (!judge.readsUris()) {
      return new Carried(message, List.of(), Masking.NONE);
    }
    Set<MaskRule> masks = new LinkedHashSet<>();
    CarriedResources found =
        new CarriedResources(uri -> {
          Decision answer = judge.carried(uri);
          if (!uri.equals(operation.resource())) {
            masks.addAll(answer.masking().rules());
          }
          return judge.hides(uri, answer);
        });
    Json.Obj left = found.filter(message);
    return new Carried(left, found.hidden(), new Masking(List.copyOf(masks)));
  }
}

package io.tabellion.inspect;

import io.tabellion.jsonrpc.Json;
import io.tabellion.mask.MaskRule;
import io.tabellion.mask.Masking;
import io.tabellion.mcp.CarriedResources;
import io.tabellion.mcp.Operation;
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
    CarriedResources found = new CarriedResources(judge::hides);
    Json.Obj left = found.filter(message);
    Set<MaskRule> masks = new LinkedHashSet<>();
    for (String uri : found.uris()) {
      if (!uri.equals(operation.resource())) {
        masks.addAll(judge.carried(uri).masking().rules());
      }
    }
    return new Carried(left, found.hidden(), new Masking(List.copyOf(masks)));
  }
}

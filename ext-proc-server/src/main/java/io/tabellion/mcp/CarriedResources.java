package io.tabellion.mcp;

import io.tabellion.jsonrpc.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Leaves resources out of an answer that carries them or links to them: blocks {@code
 * resource_link} and {@code resource} in contents of tools, prompts and tasks, and contents of
 * {@code resources/read}. A text says where a block was left out.
 *
 * <p>Made for one answer. Never throws on hostile input.
 */
@SuppressWarnings("ReferenceEquality") // what is the same object was not changed
public final class CarriedResources {
  private static final Json.Obj LEFT_OUT =
      Json.Obj.EMPTY
          .with("type", new Json.Text("text"))
          .with("text", new Json.Text("[A resource is left out here: the policy denies it.]"));

  /** Members that are the tool's own, and none of MCP. */
  private static final Set<String> FREE = Set.of("structuredContent", "_meta", "inputRequests");

  private final Predicate<String> hides;
  private final Map<String, Boolean> judged = new LinkedHashMap<>();

  /**
   * @param hides whether the resource of a URI does not go on; asked once for each
   */
  public CarriedResources(Predicate<String> hides) {
    this.hides = hides;
  }

  /** Returns the message without what is hidden; the same if nothing is. */
  public Json.Obj filter(Json.Obj message) {
    return object(message);
  }

  /** The URIs of those that were left out. */
  public List<String> hidden() {
    return judged.keySet().stream().filter(judged::get).toList();
  }

  private Json.Obj object(Json.Obj object) {
    Json.Obj changed = object;
    for (Map.Entry<String, Json> member : object.members().entrySet()) {
      if (!FREE.contains(member.getKey())) {
        Json value = member.getValue();
        Json other = value(member.getKey(), value);
        changed = other == value ? changed : changed.with(member.getKey(), other);
      }
    }
    return changed;
  }

  private Json value(String name, Json value) {
    return switch (value) {
      case Json.Array array -> array(name, array);
      case Json.Obj object when isHidden(name, object) -> LEFT_OUT;
      case Json.Obj object -> object(object);
      case Json.Text _, Json.Num _, Json.Literal _ -> value;
    };
  }

  private Json array(String name, Json.Array array) {
    List<Json> left = new ArrayList<>(array.items().size());
    boolean same = true;
    for (Json item : array.items()) {
      boolean content = name.equals("contents") && item instanceof Json.Obj o && isHidden(name, o);
      Json other = content ? null : value(name, item);
      same &= other == item;
      if (other != null) {
        left.add(other);
      }
    }
    return same ? array : new Json.Array(left);
  }

  private boolean isHidden(String name, Json.Obj block) {
    String uri = uri(name, block);
    if (uri == null) {
      return false;
    }
    return Objects.requireNonNull(judged.computeIfAbsent(uri, hides::test));
  }

  private static @Nullable String uri(String name, Json.Obj block) {
    if (name.equals("contents")) {
      return block.text("uri");
    }
    return switch (block.text("type")) {
      case "resource_link" -> block.text("uri");
      case "resource" -> {
        Json.Obj resource = block.object("resource");
        yield resource == null ? null : resource.text("uri");
      }
      case null, default -> null;
    };
  }
}

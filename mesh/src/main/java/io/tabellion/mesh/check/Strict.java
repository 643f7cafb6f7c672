package io.tabellion.mesh.check;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.EnumDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.tabellion.yaml.Nearest;
import io.tabellion.yaml.Yaml;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads configurations of Envoy as strictly as Envoy does: every field and every word of an enum
 * must exist. istiod drops what it does not know, or hands it on, and Envoy then refuses the whole
 * listener and keeps the one before.
 *
 * <p>Types that are not in the list are not looked into.
 */
final class Strict {
  /** Fields that are newer than the API that we compile with, by message. */
  private static final Map<String, Set<String>> NEWER =
      Map.of(Messages.EXT_PROC, Set.of("status_on_error", "processing_request_modifier"));

  private static final Map<String, Descriptor> TYPES = types();

  private final Where where;
  private final List<Finding> findings = new ArrayList<>();

  private Strict(Where where) {
    this.where = where;
  }

  /** Returns what Envoy would not know in a {@code typed_config}. */
  static List<Finding> check(Yaml config, Where where) {
    Strict strict = new Strict(where);
    strict.any(config);
    return strict.findings;
  }

  private void any(Yaml config) {
    String url = Tree.text(config, "@type");
    Descriptor type = TYPES.get(url.substring(url.indexOf('/') + 1));
    if (type != null) {
      message(type, config);
    }
  }

  private void message(Descriptor type, Yaml node) {
    if (opaque(type, node)) {
      return;
    }
    if (!(node instanceof Yaml.Mapping mapping)) {
      say(node, "%s: %s".formatted(type.getName(), node.what()), "write a mapping");
      return;
    }
    for (Yaml.Member member : mapping.members()) {
      FieldDescriptor field = field(type, member.key());
      if (field != null) {
        value(field, member.value());
      } else if (!member.key().equals("@type") && !newer(type, member.key())) {
        unknown(type, member);
      }
    }
  }

  /** Whether a message has a form of its own in JSON. */
  private boolean opaque(Descriptor type, Yaml node) {
    if (type.getFullName().equals("google.protobuf.Any")) {
      any(node);
      return true;
    }
    return type.getFile().getPackage().equals("google.protobuf");
  }

  private void value(FieldDescriptor field, Yaml value) {
    if (value instanceof Yaml.Empty) {
      return;
    }
    if (field.isMapField()) {
      FieldDescriptor of = field.getMessageType().findFieldByName("value");
      Tree.members(value).forEach(member -> single(of, member.value()));
    } else if (field.isRepeated()) {
      Tree.items(value).forEach(item -> single(field, item));
      if (!(value instanceof Yaml.Sequence)) {
        say(value, "%s: %s".formatted(field.getName(), value.what()), "write a list");
      }
    } else {
      single(field, value);
    }
  }

  private void single(FieldDescriptor field, Yaml value) {
    switch (field.getJavaType()) {
      case MESSAGE -> message(field.getMessageType(), value);
      case ENUM -> word(field, field.getEnumType(), value);
      case BOOLEAN -> form(field, value, "true|false", "true or false");
      case INT, LONG -> form(field, value, "-?[0-9]+(\\.0+)?", "a whole number");
      case FLOAT, DOUBLE, STRING, BYTE_STRING -> form(field, value, "(?s).*", "a text");
    }
  }

  private void form(FieldDescriptor field, Yaml value, String form, String expected) {
    if (!(value instanceof Yaml.Scalar scalar) || !scalar.text().matches(form)) {
      say(value, "%s: %s".formatted(field.getName(), value.what()), "write " + expected);
    }
  }

  private void word(FieldDescriptor field, EnumDescriptor type, Yaml value) {
    String text = value instanceof Yaml.Scalar scalar ? scalar.text() : "";
    boolean known = text.matches("[0-9]+") || type.findValueByName(text) != null;
    if (!known) {
      List<String> words = type.getValues().stream().map(word -> word.getName()).toList();
      say(
          value,
          "%s: %s is no value of it".formatted(field.getName(), value.what()),
          Nearest.of(text, words)
              .map("did you mean %s?"::formatted)
              .orElse("one of " + String.join(", ", words)));
    }
  }

  private void unknown(Descriptor type, Yaml.Member member) {
    List<String> names = type.getFields().stream().map(FieldDescriptor::getName).toList();
    findings.add(
        new Finding(
            Severity.OPEN,
            Rule.UNKNOWN_FIELD,
            where.at(member.value()),
            "%s has no field %s. Envoy refuses the listener and keeps the one before, with or without our filters."
                .formatted(type.getName(), member.key()),
            Nearest.of(member.key(), names)
                .map("Did you mean %s?"::formatted)
                .orElse("Remove the field.")));
  }

  private void say(Yaml at, String what, String remedy) {
    findings.add(
        new Finding(
            Severity.OPEN,
            Rule.UNKNOWN_FIELD,
            where.at(at),
            what
                + ". Envoy refuses the listener and keeps the one before, with or without our filters.",
            Character.toUpperCase(remedy.charAt(0))
                + remedy.substring(1)
                + (remedy.endsWith("?") ? "" : ".")));
  }

  private static boolean newer(Descriptor type, String key) {
    return NEWER.getOrDefault(type.getFullName(), Set.of()).contains(Tree.snake(key));
  }

  private static @Nullable FieldDescriptor field(Descriptor type, String key) {
    for (FieldDescriptor field : type.getFields()) {
      if (field.getName().equals(key) || field.getJsonName().equals(key)) {
        return field;
      }
    }
    return null;
  }

  private static Map<String, Descriptor> types() {
    Map<String, Descriptor> types = new HashMap<>();
    for (Descriptor type : EnvoyTypes.ALL) {
      types.put(type.getFullName(), type);
    }
    return Map.copyOf(types);
  }
}

package io.tabellion.policy.cel;

import com.google.common.collect.ImmutableList;
import com.google.re2j.Pattern;
import dev.cel.common.CelOptions;
import dev.cel.common.values.CelByteString;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelFunctionOverload;
import dev.cel.runtime.CelStandardFunctions;
import dev.cel.runtime.CelStandardFunctions.StandardFunction;
import dev.cel.runtime.ConcatenatedListView;
import dev.cel.runtime.RuntimeEquality;
import dev.cel.runtime.RuntimeHelpers;
import dev.cel.runtime.standard.AddOperator.AddOverload;
import dev.cel.runtime.standard.BytesFunction.BytesOverload;
import dev.cel.runtime.standard.CelStandardOverload;
import dev.cel.runtime.standard.ContainsFunction.ContainsOverload;
import dev.cel.runtime.standard.StringFunction.StringOverload;
import java.util.List;

/**
 * The functions of CEL, of which those that make something or go through much ask the {@link
 * Budget}: one rule could otherwise double a text until memory is full, or search a megabyte ten
 * thousand times.
 */
final class Functions {
  /** Texts up to this many characters are searched without asking. */
  private static final int SHORT = 4096;

  private static final CelFunctionOverload.Binary<String, String> MATCHES = Functions::matches;

  private Functions() {}

  /** The standard functions without those of {@link #guarded}. */
  static CelStandardFunctions standard() {
    return CelStandardFunctions.newBuilder()
        .excludeFunctions(
            StandardFunction.ADD,
            StandardFunction.BYTES,
            StandardFunction.STRING,
            StandardFunction.CONTAINS,
            StandardFunction.MATCHES)
        .build();
  }

  static Iterable<CelFunctionBinding> guarded(CelOptions options) {
    return ImmutableList.<CelFunctionBinding>builder()
        .addAll(guarded("_+_", options, AddOverload.values()))
        .addAll(guarded("bytes", options, BytesOverload.values()))
        .addAll(guarded("string", options, StringOverload.values()))
        .addAll(guarded("contains", options, ContainsOverload.values()))
        .addAll(
            CelFunctionBinding.fromOverloads(
                "matches",
                CelFunctionBinding.from("matches", String.class, String.class, MATCHES),
                CelFunctionBinding.from("matches_string", String.class, String.class, MATCHES)))
        .build();
  }

  private static Iterable<CelFunctionBinding> guarded(
      String name, CelOptions options, CelStandardOverload... overloads) {
    RuntimeEquality equality = RuntimeEquality.create(RuntimeHelpers.create(), options);
    ImmutableList.Builder<CelFunctionBinding> bindings = ImmutableList.builder();
    for (CelStandardOverload overload : overloads) {
      bindings.add(guarded(overload.newFunctionBinding(options, equality)));
    }
    return CelFunctionBinding.fromOverloads(name, bindings.build());
  }

  private static CelFunctionBinding guarded(CelFunctionBinding binding) {
    CelFunctionOverload definition = binding.getDefinition();
    boolean makes = !binding.getOverloadId().startsWith("contains");
    Class<?> first = binding.getArgTypes().getFirst();
    if (binding.getArgTypes().size() == 1) {
      return CelFunctionBinding.from(
          binding.getOverloadId(),
          first,
          arg -> {
            ask(size(arg), makes);
            return definition.apply(new Object[] {arg});
          });
    }
    return CelFunctionBinding.from(
        binding.getOverloadId(),
        first,
        binding.getArgTypes().getLast(),
        (one, other) -> {
          ask(size(one) + size(other), makes);
          return definition.apply(new Object[] {one, other});
        });
  }

  private static void ask(long size, boolean makes) {
    if (makes && size > 0) {
      Budget.CURRENT.get().make(size);
    } else if (size > SHORT) {
      Budget.CURRENT.get().look();
    }
  }

  /** A list that CEL gathers a result in grows in place. */
  private static long size(Object arg) {
    return switch (arg) {
      case String text -> text.length();
      case CelByteString bytes -> bytes.size();
      case ConcatenatedListView<?> _ -> 1;
      case List<?> list -> list.size();
      default -> 0;
    };
  }

  private static Object matches(String text, String regex) {
    Pattern pattern = Patterns.compiled(regex);
    CharSequence input = text.length() <= SHORT ? text : new Watched(text, Budget.CURRENT.get());
    return pattern.matcher(input).find();
  }

  /** A text that a search can be stopped in. */
  private record Watched(String text, Budget budget) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      budget.step();
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}

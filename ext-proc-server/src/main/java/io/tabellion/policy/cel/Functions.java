package io.tabellion.policy.cel;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.Immutable;
import com.google.re2j.Pattern;
import dev.cel.common.CelOptions;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelFunctionOverload;
import dev.cel.runtime.CelStandardFunctions;
import dev.cel.runtime.CelStandardFunctions.StandardFunction;
import dev.cel.runtime.RuntimeEquality;
import dev.cel.runtime.RuntimeHelpers;
import dev.cel.runtime.standard.AddOperator.AddOverload;
import dev.cel.runtime.standard.BytesFunction.BytesOverload;
import dev.cel.runtime.standard.CelStandardOverload;
import dev.cel.runtime.standard.ContainsFunction.ContainsOverload;
import dev.cel.runtime.standard.DoubleFunction.DoubleOverload;
import dev.cel.runtime.standard.DurationFunction.DurationOverload;
import dev.cel.runtime.standard.EndsWithFunction.EndsWithOverload;
import dev.cel.runtime.standard.GreaterEqualsOperator.GreaterEqualsOverload;
import dev.cel.runtime.standard.GreaterOperator.GreaterOverload;
import dev.cel.runtime.standard.IntFunction.IntOverload;
import dev.cel.runtime.standard.LessEqualsOperator.LessEqualsOverload;
import dev.cel.runtime.standard.LessOperator.LessOverload;
import dev.cel.runtime.standard.SizeFunction.SizeOverload;
import dev.cel.runtime.standard.StartsWithFunction.StartsWithOverload;
import dev.cel.runtime.standard.StringFunction.StringOverload;
import dev.cel.runtime.standard.TimestampFunction.TimestampOverload;
import dev.cel.runtime.standard.UintFunction.UintOverload;
import io.tabellion.policy.cel.Costs.Cost;
import java.util.List;
import java.util.Map;

/**
 * The functions of CEL, of which those that make something or go through data are charged to the
 * {@link Budget} before they are called: one rule could otherwise double a text until memory is
 * full, or search a megabyte ten thousand times.
 */
final class Functions {
  /** Texts up to this many characters are searched without a look at the clock. */
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
            StandardFunction.STARTS_WITH,
            StandardFunction.ENDS_WITH,
            StandardFunction.MATCHES,
            StandardFunction.SIZE,
            StandardFunction.EQUALS,
            StandardFunction.NOT_EQUALS,
            StandardFunction.IN,
            StandardFunction.LESS,
            StandardFunction.LESS_EQUALS,
            StandardFunction.GREATER,
            StandardFunction.GREATER_EQUALS,
            StandardFunction.INT,
            StandardFunction.UINT,
            StandardFunction.DOUBLE,
            StandardFunction.DURATION,
            StandardFunction.TIMESTAMP)
        .build();
  }

  static Iterable<CelFunctionBinding> guarded(CelOptions options) {
    return ImmutableList.<CelFunctionBinding>builder()
        .addAll(guarded("_+_", options, Costs::make, AddOverload.values()))
        .addAll(guarded("bytes", options, Costs::make, BytesOverload.values()))
        .addAll(guarded("string", options, Costs::make, StringOverload.values()))
        .addAll(guarded("contains", options, Costs::search, ContainsOverload.values()))
        .addAll(guarded("startsWith", options, Costs::shorter, StartsWithOverload.values()))
        .addAll(guarded("endsWith", options, Costs::shorter, EndsWithOverload.values()))
        .addAll(guarded("size", options, Costs::read, SizeOverload.values()))
        .addAll(comparisons(options))
        .addAll(guarded("_<_", options, Costs::shorter, LessOverload.values()))
        .addAll(guarded("_<=_", options, Costs::shorter, LessEqualsOverload.values()))
        .addAll(guarded("_>_", options, Costs::shorter, GreaterOverload.values()))
        .addAll(guarded("_>=_", options, Costs::shorter, GreaterEqualsOverload.values()))
        .addAll(guarded("int", options, Costs::read, IntOverload.values()))
        .addAll(guarded("uint", options, Costs::read, UintOverload.values()))
        .addAll(guarded("double", options, Costs::read, DoubleOverload.values()))
        .addAll(guarded("duration", options, Costs::read, DurationOverload.values()))
        .addAll(guarded("timestamp", options, Costs::read, TimestampOverload.values()))
        .addAll(
            CelFunctionBinding.fromOverloads(
                "matches",
                CelFunctionBinding.from("matches", String.class, String.class, MATCHES),
                CelFunctionBinding.from("matches_string", String.class, String.class, MATCHES)))
        .build();
  }

  /** Values of different types are not different: they cannot be compared. */
  private static Iterable<CelFunctionBinding> comparisons(CelOptions options) {
    Sameness sameness = new Sameness(RuntimeEquality.create(RuntimeHelpers.create(), options));
    return ImmutableList.<CelFunctionBinding>builder()
        .addAll(
            CelFunctionBinding.fromOverloads(
                "_==_", comparison("equals", Object.class, Costs::compare, sameness::same)))
        .addAll(
            CelFunctionBinding.fromOverloads(
                "_!=_",
                comparison(
                    "not_equals",
                    Object.class,
                    Costs::compare,
                    (one, other) -> !sameness.same(one, other))))
        .addAll(
            CelFunctionBinding.fromOverloads(
                "@in",
                comparison("in_list", List.class, Costs::lookUp, sameness::in),
                comparison("in_map", Map.class, Costs::lookUp, sameness::in)))
        .build();
  }

  /** Compares two values. */
  @Immutable
  private interface Comparison<T> {
    boolean holds(Object one, T other);
  }

  private static <T> CelFunctionBinding comparison(
      String overload, Class<T> second, Cost cost, Comparison<T> comparison) {
    return CelFunctionBinding.from(
        overload,
        Object.class,
        second,
        (one, other) -> {
          cost.charge(Budget.CURRENT.get(), one, other);
          return comparison.holds(one, other);
        });
  }

  private static Iterable<CelFunctionBinding> guarded(
      String name, CelOptions options, Cost cost, CelStandardOverload... overloads) {
    RuntimeEquality equality = RuntimeEquality.create(RuntimeHelpers.create(), options);
    ImmutableList.Builder<CelFunctionBinding> bindings = ImmutableList.builder();
    for (CelStandardOverload overload : overloads) {
      bindings.add(guarded(overload.newFunctionBinding(options, equality), cost));
    }
    return CelFunctionBinding.fromOverloads(name, bindings.build());
  }

  private static CelFunctionBinding guarded(CelFunctionBinding binding, Cost cost) {
    CelFunctionOverload definition = binding.getDefinition();
    Class<?> first = binding.getArgTypes().getFirst();
    if (binding.getArgTypes().size() == 1) {
      return CelFunctionBinding.from(
          binding.getOverloadId(),
          first,
          arg -> {
            cost.charge(Budget.CURRENT.get(), arg, null);
            return definition.apply(new Object[] {arg});
          });
    }
    return CelFunctionBinding.from(
        binding.getOverloadId(),
        first,
        binding.getArgTypes().getLast(),
        (one, other) -> {
          cost.charge(Budget.CURRENT.get(), one, other);
          return definition.apply(new Object[] {one, other});
        });
  }

  /** RE2 takes time of the size of the pattern times that of the text, at most. */
  private static Object matches(String text, String regex) {
    Budget budget = Budget.CURRENT.get();
    Pattern pattern = Patterns.compiled(regex);
    budget.step();
    budget.charge(Work.PATTERNS, (text.length() + 1L) * pattern.programSize());
    CharSequence input = text.length() <= SHORT ? text : new Watched(text, budget);
    return pattern.matcher(input).find();
  }

  /** A text whose search gives way to others. */
  private record Watched(String text, Budget budget) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      budget.glance();
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

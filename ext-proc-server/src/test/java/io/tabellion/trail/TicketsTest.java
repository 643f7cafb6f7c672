package io.tabellion.trail;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Nobody gets at an answer past the checks: what proves them is made by the checks alone. */
@Tag("unit")
class TicketsTest {

  static Stream<Class<?>> tickets() {
    return Stream.of(
        Visit.class, Permit.class, ReadingRoom.Open.class, Recorded.class, Shown.class);
  }

  @ParameterizedTest
  @MethodSource("tickets")
  void nobodyElseMakesOne(Class<?> ticket) {
    assertThat(ticket.getDeclaredConstructors())
        .allMatch((Constructor<?> made) -> Modifier.isPrivate(made.getModifiers()));
    assertThat(Modifier.isFinal(ticket.getModifiers())).isTrue();
  }

  @ParameterizedTest
  @MethodSource("tickets")
  void anEdgeMakesNone(Class<?> ticket) {
    assertThat(Arrays.stream(ticket.getDeclaredMethods()))
        .filteredOn(method -> Modifier.isStatic(method.getModifiers()))
        .noneMatch(method -> Modifier.isPublic(method.getModifiers()));
  }

  static Stream<Method> asked() {
    return Arrays.stream(Trail.class.getMethods())
        .filter(method -> method.getDeclaringClass() == Trail.class)
        .map(Method::getReturnType)
        .filter(type -> type.getPackage() == Trail.class.getPackage() && type != Visit.class)
        .flatMap(useCase -> Arrays.stream(useCase.getDeclaredMethods()))
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> !method.getName().equals("close"));
  }

  @ParameterizedTest
  @MethodSource("asked")
  void everyUseCaseTakesAVisitAndGivesNothingThatIsNotShown(Method method) {
    assertThat(method.getParameterTypes()).contains(Visit.class);
    assertThat(method.getReturnType()).isIn(Shown.class, void.class);
  }
}

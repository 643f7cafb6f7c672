package io.tabellion.docs;

import io.tabellion.cli.CommandLines;
import java.lang.reflect.Constructor;
import picocli.CommandLine;

/** The command lines of our programs, without running them. */
final class Programs {
  private Programs() {}

  /** Returns the server's program: {@code serve}, {@code audit} and the other verbs. */
  static CommandLine server() {
    return CommandLines.of(config -> {});
  }

  /** Returns {@code ./tabellion demo}. */
  static CommandLine demo() {
    return of("io.tabellion.demo.Main");
  }

  /** Returns {@code ./tabellion control-plane}. */
  static CommandLine controlPlane() {
    return of("io.tabellion.xds.Main");
  }

  /** Returns the program of {@code ./tabellion image} and {@code ./tabellion dist}. */
  static CommandLine dist() {
    return of("io.tabellion.dist.Main");
  }

  /** Returns the program of a main class, whose constructor takes nothing or two streams. */
  static CommandLine of(String main) {
    try {
      Constructor<?> made = Class.forName(main).getDeclaredConstructors()[0];
      made.setAccessible(true);
      Object program =
          made.getParameterCount() == 0
              ? made.newInstance()
              : made.newInstance(System.out, System.err);
      return new CommandLine(program);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(main, e);
    }
  }
}

package io.tabellion.bench.calls;

import io.tabellion.parties.Checkout;
import io.tabellion.parties.EnvoyConfig;
import io.tabellion.terminal.WrongValueException;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Another checkout that was built.
 *
 * @param envoy the bootstrap that it ships
 * @param classPath what its script {@code tabellion} runs
 */
record OtherBuild(EnvoyConfig envoy, String classPath) {

  /**
   * Finds the build of a checkout.
   *
   * @throws WrongValueException if it was not built
   */
  static OtherBuild of(Path checkout) throws IOException {
    Path target = checkout.toAbsolutePath().resolve("ext-proc-server/target");
    if (Files.isDirectory(target)) {
      try (DirectoryStream<Path> jars = Files.newDirectoryStream(target, "*[0-9].jar")) {
        for (Path jar : jars) {
          return new OtherBuild(
              Checkout.envoyYamlOf(checkout),
              jar + File.pathSeparator + target.resolve("lib") + "/*");
        }
      }
    }
    throw new WrongValueException("--other", checkout.toString(), "a checkout that was built");
  }
}

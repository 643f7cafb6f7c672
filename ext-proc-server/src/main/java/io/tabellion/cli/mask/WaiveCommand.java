package io.tabellion.cli.mask;

import io.tabellion.detect.Waivers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code detectors waive}: prints the digest by which a policy lets one value be no finding. The
 * value comes on standard input, for arguments are for every process to see.
 */
@Command(
    name = "waive",
    description = {
      "Print the digest of a value, for detection.waivers.digests of a policy.",
      "The value is read from standard input; one line end behind it does not count."
    },
    mixinStandardHelpOptions = true)
final class WaiveCommand implements Callable<Integer> {
  private static final int USAGE = 2;
  private static final int LONGEST = 1 << 16;

  private final InputStream in;

  @Option(
      names = "--key",
      paramLabel = "FILE",
      required = true,
      description = "The file that detection.waivers.key names; make it with openssl rand -hex 32.")
  private Path key = Path.of("");

  @CommandLine.Spec private CommandLine.Model.@Nullable CommandSpec spec;

  WaiveCommand() {
    this(System.in);
  }

  WaiveCommand(InputStream in) {
    this.in = in;
  }

  @Override
  public Integer call() {
    if (spec == null) {
      return USAGE;
    }
    try {
      byte[] secret = Waivers.parseKey(Files.readString(key));
      spec.commandLine().getOut().println(Waivers.digest(secret, value()));
      spec.commandLine().getOut().flush();
      return 0;
    } catch (CharacterCodingException e) {
      warn("value or key: no UTF-8 (expected: a text)");
    } catch (IOException e) {
      warn("--key: " + key + ": cannot be read (expected: a file)");
    } catch (IllegalArgumentException e) {
      warn(String.valueOf(e.getMessage()));
    }
    return USAGE;
  }

  private void warn(String message) {
    if (spec != null) {
      spec.commandLine().getErr().println(message);
    }
  }

  private String value() throws IOException {
    byte[] bytes = in.readNBytes(LONGEST + 1);
    String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    String value = text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    String line = value.endsWith("\r") ? value.substring(0, value.length() - 1) : value;
    if (line.isEmpty() || bytes.length > LONGEST) {
      throw new IllegalArgumentException(
          "value: %d bytes (expected: 1 to %d)".formatted(bytes.length, LONGEST));
    }
    return line;
  }
}

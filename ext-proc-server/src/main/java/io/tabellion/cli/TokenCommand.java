package io.tabellion.cli;

import io.tabellion.version.Version;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code token}: makes a file with a bearer token for {@code api.tokens}. */
@Command(
    name = "token",
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    description = {
      "Make a file with a new bearer token for the audit API (256 random bits, mode 0600), and print"
          + " the line for api.tokens. The token itself is not printed.",
      "",
      "Examples:",
      "  ./tabellion token --out auditor.token",
      "  ./tabellion token --out ops.token --name ops --role responder --days 90",
      ""
    })
public final class TokenCommand implements Callable<Integer> {
  private static final int BYTES = 32;
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--out", required = true, paramLabel = "FILE", description = "The file to write.")
  private Path out = Path.of("");

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Who it is for (default: the file's name without its ending).")
  private @Nullable String name;

  @Option(
      names = "--role",
      paramLabel = "ROLE",
      defaultValue = "auditor",
      description = "auditor, approver, responder or admin (default: ${DEFAULT-VALUE}).")
  private String role = "auditor";

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "365",
      description = "Days until it expires, in the printed line (default: ${DEFAULT-VALUE}).")
  private int days;

  @Option(
      names = "--force",
      description =
          "Replace the token of a file that is there. A server that runs takes the new one within"
              + " two seconds, and refuses the old one.")
  private boolean force;

  @Option(names = "--print", description = "Print the token too.")
  private boolean print;

  private final InstantSource clock = Clock.systemUTC();

  @Override
  public Integer call() {
    CommandSpec of = spec;
    if (of == null) {
      throw new IllegalStateException("token: not run as a command");
    }
    check(of);
    String token = token();
    try {
      write(token);
    } catch (FileAlreadyExistsException e) {
      throw wrong(of, "--out: " + out + ": is there already (expected: another file, or --force)");
    } catch (NoSuchFileException e) {
      throw wrong(of, "--out: " + out + ": its folder does not exist (expected: a folder)");
    } catch (IOException e) {
      throw wrong(of, "--out: " + out + ": cannot be written: " + e.getMessage());
    }
    var console = of.commandLine().getOut();
    console.println("Wrote " + out + ". For api.tokens in the configuration:");
    console.println("  - " + line());
    if (print) {
      console.println(token);
    }
    console.flush();
    return 0;
  }

  private void check(CommandSpec of) {
    if (!Set.of("auditor", "approver", "responder", "admin").contains(role)) {
      throw wrong(of, "--role: " + role + " (expected: auditor, approver, responder or admin)");
    }
    if (days < 1 || days > 3650) {
      throw wrong(of, "--days: " + days + " (expected: 1 to 3650)");
    }
    if (!owner().matches("[A-Za-z0-9._@-]{1,128}")) {
      throw wrong(of, "--name: " + owner() + " (expected: letters, digits, dots, dashes, @)");
    }
  }

  private String owner() {
    if (name != null) {
      return name;
    }
    String file = String.valueOf(out.getFileName());
    int dot = file.lastIndexOf('.');
    return dot > 0 ? file.substring(0, dot) : file;
  }

  private String line() {
    Instant expires = clock.instant().plus(days, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS);
    return "{name: %s, role: %s, file: %s, expires: %s}"
        .formatted(owner(), role, quoted(out.toAbsolutePath().normalize().toString()), expires);
  }

  private static String quoted(String path) {
    return path.matches("[A-Za-z0-9_./-]+") ? path : "'" + path.replace("'", "''") + "'";
  }

  private static String token() {
    byte[] random = new byte[BYTES];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /** A reader sees the old token or the new one, never a part. */
  private void write(String token) throws IOException {
    Path file = out.toAbsolutePath();
    if (!force && Files.exists(file)) {
      throw new FileAlreadyExistsException(file.toString());
    }
    Path folder = file.getParent();
    if (folder == null) {
      throw new NoSuchFileException(file.toString());
    }
    Path fresh = Files.createTempFile(folder, ".token", "", OWNER_ONLY);
    try {
      Files.writeString(fresh, token + "\n", StandardCharsets.US_ASCII);
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  private static ParameterException wrong(CommandSpec of, String message) {
    return new ParameterException(of.commandLine(), message);
  }
}

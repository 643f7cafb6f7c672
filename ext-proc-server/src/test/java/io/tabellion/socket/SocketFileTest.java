package io.tabellion.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may connect to a Unix socket, and who may have its place. */
@Tag("unit")
final class SocketFileTest {
  @TempDir private Path folder;
  private Path path = Path.of("ext-proc.sock");

  @BeforeEach
  void setUp() {
    path = folder.resolve("ext-proc.sock");
  }

  /** A server that listens as ours do. */
  private static final class Listening implements AutoCloseable {
    private final SocketFile file;
    private final ServerSocketChannel channel;

    Listening(Path path, @Nullable String group) throws IOException {
      file = new SocketFile(path, group);
      file.prepare();
      channel = bound(UnixDomainSocketAddress.of(file.nursery()));
      file.open();
    }

    @Override
    public void close() throws IOException {
      channel.close();
      file.close();
    }
  }

  private static ServerSocketChannel bound(UnixDomainSocketAddress address) throws IOException {
    return ServerSocketChannel.open(StandardProtocolFamily.UNIX).bind(address);
  }

  private static void connect(Path path) throws IOException {
    SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
  }

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  private void refused(Path at, String... words) {
    try (SocketFile file = new SocketFile(at, null)) {
      assertThatThrownBy(file::prepare)
          .isInstanceOf(IOException.class)
          .hasMessageContainingAll(words);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void onlyItsOwnerMayConnect() throws IOException {
    try (Listening _ = new Listening(path, null)) {
      assertThat(mode(path)).isEqualTo("rw-------");
      connect(path);
      assertThat(names()).containsExactly(".ext-proc.sock.lock", "ext-proc.sock");
    }
  }

  @Test
  void aGroupThatIsNamedMayConnectToo() throws IOException {
    String group = Files.readAttributes(folder, PosixFileAttributes.class).group().getName();
    Path deep = folder.resolve("run/tabellion/s.sock");
    try (Listening _ = new Listening(deep, group)) {
      assertThat(mode(deep)).isEqualTo("rw-rw----");
      assertThat(Files.readAttributes(deep, PosixFileAttributes.class).group().getName())
          .isEqualTo(group);
      assertThat(mode(folder.resolve("run/tabellion"))).isEqualTo("rwxr-x---");
    }
  }

  @Test
  void aGroupThatDoesNotExistIsNamed() {
    SocketFile file = new SocketFile(folder.resolve("new/ext-proc.sock"), "no-such-group-here");
    assertThatThrownBy(file::prepare)
        .isInstanceOf(IOException.class)
        .hasMessage("group no-such-group-here does not exist (expected: a group of this host)");
  }

  @Test
  void theFolderIsMadeForItsOwnerOnly() throws IOException {
    Path deep = folder.resolve("run/tabellion/ext-proc.sock");
    try (Listening _ = new Listening(deep, null)) {
      assertThat(mode(folder.resolve("run/tabellion"))).isEqualTo("rwx------");
      connect(deep);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"rwxrwx---", "rwxr-xrwx", "rwxrwxrwx"})
  void aFolderThatOthersMayWriteInIsRefused(String mode) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(mode));
    refused(path, "others may write in " + folder, mode, "rwxr-xr-x");
    assertThat(names()).isEmpty();
  }

  @Test
  void aSocketWhoseServerIsGoneIsReplaced() throws IOException {
    bound(UnixDomainSocketAddress.of(path)).close(); // as SIGKILL leaves it
    assertThat(path).exists();
    try (Listening _ = new Listening(path, null)) {
      connect(path);
    }
  }

  @Test
  void whatAStartLeftThatWasKilledIsNoObstacle() throws IOException {
    Path nursery = new SocketFile(path, null).nursery();
    Files.createDirectory(Objects.requireNonNull(nursery.getParent()));
    Files.createFile(folder.resolve(".ext-proc.sock.lock"));
    bound(UnixDomainSocketAddress.of(nursery)).close();
    try (Listening _ = new Listening(path, null)) {
      connect(path);
      assertThat(names()).containsExactly(".ext-proc.sock.lock", "ext-proc.sock");
    }
  }

  @Test
  void aSecondServerIsRefusedAndTheFirstGoesOn() throws IOException {
    try (Listening _ = new Listening(path, null)) {
      refused(path, "another server listens there", "expected: one server for each socket");
      connect(path);
    }
    try (Listening _ = new Listening(path, null)) {
      connect(path); // the first has gone
    }
  }

  @Test
  void theSocketOfAnotherProgramStaysWhileItAnswers() throws IOException {
    try (ServerSocketChannel _ = bound(UnixDomainSocketAddress.of(path))) {
      refused(path, "another server listens there");
      connect(path);
    }
  }

  @Test
  void aServerThatAcceptsNothingStillAnswers() throws IOException {
    try (ServerSocketChannel full =
        ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            .bind(UnixDomainSocketAddress.of(path), 1)) {
      assertThat(full.isOpen()).isTrue();
      try (var clients = new Clients()) {
        clients.fill(path);
        refused(path, "another server listens there");
      }
    }
  }

  /** Connections until the queue of a server is full. */
  private static final class Clients implements AutoCloseable {
    private final List<SocketChannel> channels = new ArrayList<>();

    void fill(Path path) throws IOException {
      while (true) {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        channels.add(channel);
        channel.configureBlocking(false);
        try {
          channel.connect(UnixDomainSocketAddress.of(path));
        } catch (SocketException e) {
          return;
        }
      }
    }

    @Override
    public void close() throws IOException {
      for (SocketChannel channel : channels) {
        channel.close();
      }
    }
  }

  @Test
  void aFileThatIsNoSocketStays() throws IOException {
    Files.writeString(path, "precious");
    refused(path, "the file there is no socket");
    assertThat(path).hasContent("precious");
  }

  @Test
  void aPathHasAtMost106Bytes() throws IOException {
    Path longest = ofLength(106, "ext-proc.sock");
    try (Listening _ = new Listening(longest, null)) {
      connect(longest);
    }
    refused(ofLength(107, "ext-proc.sock"), "the path has 107 bytes (expected: at most 106)");
    Path shortName = ofLength(101, "s");
    try (Listening _ = new Listening(ofLength(100, "s"), null)) {
      assertThat(shortName).doesNotExist();
    }
    refused(shortName, "the path has 101 bytes (expected: at most 100)");
  }

  private Path ofLength(int bytes, String name) {
    int missing = bytes - folder.toString().length() - name.length() - 2;
    return folder.resolve("ö".repeat(missing / 2) + "o".repeat(missing % 2)).resolve(name);
  }

  @Test
  void closingRemovesItsOwnSocketOnly() throws IOException {
    Listening first = new Listening(path, null);
    Files.delete(path);
    try (ServerSocketChannel _ = bound(UnixDomainSocketAddress.of(path))) {
      first.close();
      connect(path);
    }
    Files.delete(path);
    new Listening(path, null).close();
    assertThat(names()).containsExactly(".ext-proc.sock.lock");
  }

  private Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList().stream();
    }
  }
}

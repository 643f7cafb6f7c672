package io.tabellion.signin;

import com.google.protobuf.ByteString;
import io.tabellion.permission.OwnerOnly;
import io.tabellion.secret.Sha256;
import io.tabellion.trail.Reader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The bearer tokens, as their files said when they were read, kept as SHA-256 only.
 *
 * <p>Immutable and thread-safe.
 */
final class BearerTokens {
  private static final System.Logger LOG = System.getLogger(BearerTokens.class.getName());
  private static final int SHORTEST = 32;
  private static final int LONGEST = 4096;

  private final List<Known> known;

  private BearerTokens(List<Known> known) {
    this.known = List.copyOf(known);
  }

  private record Known(ByteString digest, Reader reader, AtomicBoolean revoked) {

    static Known of(ByteString digest, Reader reader) {
      AtomicBoolean revoked = new AtomicBoolean();
      return new Known(digest, reader.unless(revoked::get), revoked);
    }

    boolean is(byte[] other) {
      return MessageDigest.isEqual(digest.toByteArray(), other);
    }
  }

  /**
   * Reads the files.
   *
   * @throws IllegalArgumentException if one is missing, can be read by others, holds no token, or
   *     the token of another
   */
  static BearerTokens load(List<TokenFile> tokens) {
    List<Known> known = new ArrayList<>();
    for (TokenFile token : tokens) {
      byte[] digest = digest(read(token));
      if (known.stream().anyMatch(other -> other.is(digest))) {
        throw invalid(token, "the same token as another's", "one of its own");
      }
      known.add(Known.of(ByteString.copyFrom(digest), token.reader()));
    }
    return new BearerTokens(known);
  }

  /**
   * What became of reading the files again.
   *
   * @param problems of files that are unfit; the tokens that they had still count
   */
  record Again(BearerTokens tokens, List<String> problems) {
    Again {
      problems = List.copyOf(problems);
    }
  }

  /** Reads the files again. Tokens that are in none of them any more are revoked. */
  Again again(List<TokenFile> tokens) {
    List<Known> now = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    for (TokenFile token : tokens) {
      Known before = of(token);
      if (Files.notExists(token.file())) {
        problems.add("api.tokens: " + token.reader().name() + ": its file is gone: revoked");
      } else {
        try {
          add(now, token, before);
        } catch (IllegalArgumentException | UncheckedIOException e) {
          problems.add(String.valueOf(e.getMessage()));
          if (before != null) {
            now.add(before);
          }
        }
      }
    }
    for (Known before : known) {
      if (!now.contains(before)) {
        before.revoked().set(true);
        LOG.log(Level.INFO, "api.tokens: {0}: its token is revoked", before.reader().name());
      }
    }
    return new Again(new BearerTokens(now), problems);
  }

  private static void add(List<Known> now, TokenFile token, @Nullable Known before) {
    byte[] digest = digest(read(token));
    if (now.stream().anyMatch(other -> other.is(digest))) {
      throw invalid(token, "the same token as another's", "one of its own");
    }
    now.add(
        before != null && before.is(digest)
            ? before
            : Known.of(ByteString.copyFrom(digest), token.reader()));
  }

  private @Nullable Known of(TokenFile token) {
    return known.stream()
        .filter(one -> one.reader().name().equals(token.reader().name()))
        .findFirst()
        .orElse(null);
  }

  /** Returns whose token it is, expired or not; takes the same time for every token. */
  @Nullable Reader find(String token) {
    byte[] digest = digest(token);
    Reader found = null;
    for (Known each : known) {
      if (each.is(digest)) {
        found = each.reader();
      }
    }
    return found;
  }

  private static String read(TokenFile token) {
    Path file = token.file();
    try {
      String excess = OwnerOnly.excess(file);
      if (excess != null) {
        throw invalid(token, "mode " + excess, "0600, chmod 600 " + file);
      }
      String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
      if (!text.matches("[!-~]{" + SHORTEST + "," + LONGEST + "}")) {
        throw invalid(token, "no token", SHORTEST + " or more printable characters in one line");
      }
      return text;
    } catch (NoSuchFileException e) {
      throw invalid(token, "not there", "a file with the token");
    } catch (IOException e) {
      throw new UncheckedIOException("api.tokens: " + token.reader().name() + ": " + file, e);
    }
  }

  private static IllegalArgumentException invalid(
      TokenFile token, String problem, String expected) {
    return new IllegalArgumentException(
        "api.tokens: %s: %s: %s (expected: %s)"
            .formatted(token.reader().name(), token.file(), problem, expected));
  }

  private static byte[] digest(String token) {
    return Sha256.begin().digest(token.getBytes(StandardCharsets.UTF_8));
  }
}

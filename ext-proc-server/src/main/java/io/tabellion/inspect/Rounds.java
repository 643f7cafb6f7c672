package io.tabellion.inspect;

import com.google.protobuf.ByteString;
import io.tabellion.inspect.Asked.Element;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.mcp.Era;
import io.tabellion.mcp.InputRound;
import io.tabellion.mcp.Operation;
import io.tabellion.secret.Drbg;
import io.tabellion.secret.KeyedHash;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The rounds of a call of the stateless era that waits for a person: its client is told to send it
 * again at once, with a state of ours, until somebody decided or the rounds are over (2026-07-28
 * {@code input_required}).
 *
 * <p>The state is sealed with AES-256-GCM under a key of the log, for the caller and the server. It
 * holds how many rounds there were and what the client had sent beside its own call, and nothing is
 * decided by it: a call goes on by an approval only, which counts once.
 *
 * <p>Thread-safe.
 */
final class Rounds {
  /** Clients that send a call again by themselves do so ten times (Python and TypeScript SDK). */
  private static final int MOST = 9;

  /** A client sends it again at once, and is held then for less than an hour. */
  private static final Duration GOOD_FOR = Duration.ofHours(1);

  /** Bytes of what the client sent beside its call that a state may hold. */
  private static final int LARGEST = 16 << 10;

  private static final String PREFIX = "tbl1.";
  private static final int NONCE = 12;
  private static final int TAG_BITS = 128;
  private static final String NUMBER = "round";
  private static final String UNTIL = "until";
  private static final String BESIDE = "beside";

  private final SecretKeySpec key;
  private final InstantSource clock;
  private final SecureRandom random = new Drbg();
  private final Restorer restorer;

  Rounds(KeyedHash hash, InstantSource clock, Restorer restorer) {
    this.key =
        new SecretKeySpec(HexFormat.of().parseHex(hash.of("request-state", "key/v1")), "AES");
    this.clock = clock;
    this.restorer = restorer;
  }

  /**
   * A call as it is judged.
   *
   * @param element without a state of ours
   * @param number rounds that it went through, from 0
   * @param beside what the client sent beside its own call: the state and the answers that it has
   *     for the server
   * @param more whether it can be sent again
   */
  record Round(Element element, int number, Json.Obj beside, boolean more) {}

  /**
   * Returns the call without a state of ours.
   *
   * @return null if it has one that we did not give, or not for this caller and server, or long ago
   */
  @Nullable Round opened(Element element, Era era, String owner, String server) {
    Operation operation = element.operation();
    if (operation == null || era != Era.STATELESS || !InputRound.isFor(operation)) {
      return new Round(element, 0, Json.Obj.EMPTY, false);
    }
    String state = operation.params().text(InputRound.STATE);
    if (state == null || !state.startsWith(PREFIX)) {
      Json.Obj beside = InputRound.beside(operation.params());
      return new Round(element, 0, beside, fits(beside));
    }
    Json.Obj inner = unsealed(state.substring(PREFIX.length()), owner, server);
    Json.Obj beside = inner == null ? null : inner.object(BESIDE);
    if (inner == null || beside == null || !(inner.get(NUMBER) instanceof Json.Num number)) {
      return null;
    }
    Json.Obj params = InputRound.restored(operation.params(), beside);
    Element own = restorer.element(element.envelope().tree().with("params", params));
    int rounds = Integer.parseInt(number.lexeme());
    return own == null ? null : new Round(own, rounds, beside, rounds < MOST);
  }

  private static boolean fits(Json.Obj beside) {
    return JsonWriter.write(beside).size() <= LARGEST;
  }

  /** The state of the next round. */
  String sealed(Round round, String owner, String server) {
    Json.Obj inner =
        Json.Obj.EMPTY
            .with(NUMBER, Json.Num.of(round.number() + 1))
            .with(UNTIL, new Json.Text(clock.instant().plus(GOOD_FOR).toString()))
            .with(BESIDE, round.beside());
    byte[] nonce = new byte[NONCE];
    random.nextBytes(nonce);
    try {
      byte[] sealed =
          cipher(Cipher.ENCRYPT_MODE, nonce, owner, server)
              .doFinal(JsonWriter.write(inner).toByteArray());
      ByteString all = ByteString.copyFrom(nonce).concat(ByteString.copyFrom(sealed));
      return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(all.toByteArray());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM: failed (every Java platform has it)", e);
    }
  }

  private Json.@Nullable Obj unsealed(String text, String owner, String server) {
    try {
      byte[] all = Base64.getUrlDecoder().decode(text);
      if (all.length <= NONCE) {
        return null;
      }
      ByteString bytes = ByteString.copyFrom(all);
      byte[] clear =
          cipher(Cipher.DECRYPT_MODE, bytes.substring(0, NONCE).toByteArray(), owner, server)
              .doFinal(bytes.substring(NONCE).toByteArray());
      return new JsonReader(Limits.DEFAULT).read(ByteString.copyFrom(clear))
                  instanceof Reading.Document(Json.Obj inner)
              && Instant.parse(String.valueOf(inner.text(UNTIL))).isAfter(clock.instant())
          ? inner
          : null;
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      return null;
    }
  }

  private Cipher cipher(int mode, byte[] nonce, String owner, String server)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
    cipher.updateAAD((PREFIX + owner + "\0" + server).getBytes(StandardCharsets.UTF_8));
    return cipher;
  }
}

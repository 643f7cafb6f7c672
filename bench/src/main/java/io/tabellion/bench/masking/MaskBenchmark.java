package io.tabellion.bench.masking;

import com.google.protobuf.ByteString;
import io.tabellion.jsonrpc.Json;
import io.tabellion.jsonrpc.JsonReader;
import io.tabellion.jsonrpc.JsonWriter;
import io.tabellion.jsonrpc.Limits;
import io.tabellion.jsonrpc.Reading;
import io.tabellion.mask.Masked;
import io.tabellion.mask.Masker;
import io.tabellion.mask.made.MaskKeys;
import io.tabellion.mask.proof.DisclosureKey;
import io.tabellion.mask.rule.MaskRule;
import io.tabellion.mask.rule.Masking;
import io.tabellion.mask.rule.Operator;
import io.tabellion.mask.rule.Selector;
import io.tabellion.mask.stream.Deliveries;
import io.tabellion.mask.stream.Tails;
import io.tabellion.secret.HmacKeyedHash;
import io.tabellion.secret.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Masks one tool result of 16 KB and 1,000 leaves, whose tree is given; and one short log message
 * of a stream. What is sent is written as well.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class MaskBenchmark {
  private static final int ROWS = 250;
  private static final Masking PATH =
      new Masking(
          List.of(
              new MaskRule(
                  "path",
                  Selector.parse("/result/structuredContent/**/ssn"),
                  Set.of(),
                  0,
                  Map.of(),
                  new Operator.Redact(),
                  MaskRule.Where.BOTH)));
  private static final Json EVENT =
      json(
          "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/message\",\"params\":{\"level\":\"info\","
              + "\"data\":\"a line of a log, as usual, with some words in it\"}}");

  private static final byte[] SECRET = new byte[32];
  private static final MaskKeys KEYS =
      new MaskKeys(new HmacKeyedHash(SecretBytes.copyOf(SECRET)), "bench", 1);

  /** Rows of the result that hold an e-mail address. */
  @Param({"0", "1", "100", "250"})
  public int found;

  private final Masker plain = new Masker(KEYS, null);
  private final Masker committing = new Masker(KEYS, disclosure());
  private final Tails remembered = new Deliveries(true).answering();

  private static DisclosureKey disclosure() {
    try {
      byte[] key =
          KeyPairGenerator.getInstance("X25519").generateKeyPair().getPublic().getEncoded();
      return DisclosureKey.parse(
          "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
              .formatted(Base64.getEncoder().encodeToString(key)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("X25519: missing (every Java platform has it)", e);
    }
  }

  private static Json json(String text) {
    return new JsonReader(Limits.DEFAULT).read(ByteString.copyFromUtf8(text))
            instanceof Reading.Document(Json tree)
        ? tree
        : Json.Literal.NULL;
  }

  /** The result; of so many rows each at its own number. */
  @State(Scope.Benchmark)
  public static class Result {
    private Json tree = Json.Literal.NULL;

    /** Makes it. */
    @Setup
    public void prepare(MaskBenchmark bench) {
      StringBuilder text =
          new StringBuilder("{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"content\":[],")
              .append("\"structuredContent\":{\"rows\":[");
      for (int i = 0; i < ROWS; i++) {
        String name = i < bench.found ? "j.do" + i + "@a.org" : "row of words";
        text.append(i == 0 ? "" : ",")
            .append(
                "{\"name\":\"%s\",\"size\":%d,\"open\":true,\"note\":\"as usual\"}"
                    .formatted(name, i % 90));
      }
      tree = json(text.append("]}}}").toString());
    }
  }

  /** No rule at all. */
  @Benchmark
  public ByteString write(Result result) {
    return JsonWriter.write(result.tree);
  }

  /** One rule that selects. */
  @Benchmark
  public Masked path(Result result) {
    return plain.mask(result.tree, result.tree, PATH);
  }

  /** What a policy without a word of masking does. */
  @Benchmark
  public Masked baseline(Result result) {
    return plain.mask(result.tree, result.tree, Masking.baseline());
  }

  /** The same with commitments. */
  @Benchmark
  public Masked committed(Result result) {
    return committing.mask(result.tree, result.tree, Masking.baseline());
  }

  /** The same as an event of a stream that is remembered. */
  @Benchmark
  public Masked streamed(Result result) {
    return plain.mask(result.tree, result.tree, Masking.baseline(), remembered);
  }

  /** A short message by itself. */
  @Benchmark
  public Masked message() {
    return plain.mask(EVENT, EVENT, Masking.baseline());
  }

  /** A short message of a stream that is remembered. */
  @Benchmark
  public Masked streamedMessage() {
    return plain.mask(EVENT, EVENT, Masking.baseline(), remembered);
  }
}
